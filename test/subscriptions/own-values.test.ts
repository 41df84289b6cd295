import { and, eq } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { auditEntries } from '../../src/audit/schema.ts'
import { Conflict, Forbidden, Invalid, NotFound, Stale } from '../../src/errors.ts'
import { initialValues, type Values } from '../../src/plans/catalogue.ts'
import { GB } from '../../src/plans/property.ts'
import { plans, resellers } from '../../src/plans/schema.ts'
import { fingerprint, lockValues, unlockAndSync } from '../../src/subscriptions/lock.ts'
import { customize } from '../../src/subscriptions/own-values.ts'
import { choosePlan } from '../../src/subscriptions/plan-choice.ts'
import { changePlanAndSync, previewChange } from '../../src/subscriptions/plan-sync.ts'
import { provided } from '../../src/subscriptions/provided.ts'
import { overrides, type Subscription } from '../../src/subscriptions/schema.ts'
import { returnToPlan } from '../../src/subscriptions/value-return.ts'
import { aSubscription, type Cast, cast, reread, type Someone } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'

const db = ownDatabase()
let people: Cast
let shop: Subscription
beforeEach(async () => {
  await emptied(db())
  people = await cast(db())
  shop = await aSubscription(db(), people.cato.account, people.host, people.ritasGold, 'shop.test')
})

const now = async () => (await reread(db(), shop))!
const own = () => db().select().from(overrides)
async function give(who: Someone, values: Partial<Values>, lock = false) {
  const { version } = await now()
  return customize(db(), who.actor, shop.id, { values, version, reason: 'Agreed', lock })
}
async function planNow(values: Partial<Values>) {
  const [plan] = await db().select().from(plans).where(eq(plans.id, people.ritasGold.id))
  const edit = { ...plan!, values: { ...plan!.values, ...values }, note: '' }
  const { name, title, hidden, notForResellers, version, note } = edit
  const draft = { name, title, hidden, notForResellers, values: edit.values, version, note }
  const { actor } = people.rita
  const preview = await previewChange(db(), actor, plan!.id, draft)
  return changePlanAndSync(db(), actor, plan!.id, draft, preview?.fingerprint ?? null)
}
async function unlock() {
  const subscription = await now()
  const given = await provided(db(), subscription)
  return unlockAndSync(db(), people.rita.actor, shop.id, fingerprint(subscription, given!))
}

test('one value of its own, and the rest follows the plan', async () => {
  // S-21
  expect(await give(people.rita, { disk: 3 * GB })).not.toBeNull()
  expect(await now()).toMatchObject({ locked: false, generation: 2, values: { disk: 3 * GB } })
  expect(await own()).toMatchObject([
    { property: 'disk', value: 3 * GB, byCustomer: false, authorName: 'rita', reason: 'Agreed' },
  ])

  await planNow({ disk: 9 * GB, mailboxes: 5 })
  expect(await now()).toMatchObject({ values: { disk: 3 * GB, mailboxes: 5 } })
  expect(await give(people.rita, { disk: 3 * GB })).toBeNull()

  await returnToPlan(db(), people.rita.actor, shop.id, 'disk')
  expect(await now()).toMatchObject({ values: { disk: 9 * GB } })
  expect(await own()).toEqual([])
  expect(await returnToPlan(db(), people.rita.actor, shop.id, 'disk')).toBeNull()
})

test('locked whole it keeps everything, until it is unlocked', async () => {
  // P-40, P-41
  await give(people.rita, { disk: 3 * GB }, true)
  await planNow({ disk: 9 * GB, mailboxes: 5 })
  expect(await now()).toMatchObject({ locked: true, values: { disk: 3 * GB, mailboxes: 0 } })

  await returnToPlan(db(), people.rita.actor, shop.id, 'mailboxes')
  expect(await now()).toMatchObject({ locked: true, values: { disk: 3 * GB, mailboxes: 5 } })

  await unlock()
  expect(await now()).toMatchObject({ locked: false, values: { disk: 9 * GB, mailboxes: 5 } })
  expect(await own()).toEqual([])
  const trail = await db()
    .select()
    .from(auditEntries)
    .where(and(eq(auditEntries.objectKind, 'subscription'), eq(auditEntries.objectId, shop.id)))
  expect(trail.map(({ action }) => action)).toEqual([
    'subscription.customized',
    'subscription.value_returned',
    'subscription.unlocked',
  ])
})

test('what was confirmed is what is done', async () => {
  // F-73, F-84
  await lockValues(db(), people.rita.actor, shop.id)
  const seen = fingerprint(await now(), (await provided(db(), await now()))!)
  await planNow({ mailboxes: 5 })
  const again = unlockAndSync(db(), people.rita.actor, shop.id, seen)
  await expect(again).rejects.toThrow(Stale)
  await expect(unlockAndSync(db(), people.rita.actor, shop.id, '')).rejects.toThrow(Stale)
  expect(await now()).toMatchObject({ locked: true, values: { mailboxes: 0 } })

  const late = { values: { disk: GB * 2 }, version: shop.version, reason: '', lock: false }
  await expect(customize(db(), people.rita.actor, shop.id, late)).rejects.toThrow(Stale)
})

test('a custom one has only values of its own', async () => {
  // P-33
  await choosePlan(db(), people.rita.actor, shop.id, null)
  await give(people.rita, { disk: 7 * GB })
  expect(await now()).toMatchObject({ planId: null, locked: false, values: { disk: 7 * GB } })
  expect(await own()).toEqual([])
  for (const impossible of [
    lockValues(db(), people.rita.actor, shop.id),
    returnToPlan(db(), people.rita.actor, shop.id, 'disk'),
  ]) {
    await expect(impossible).rejects.toThrow(Conflict)
  }
})

test('no more than is left to sell, whichever way it is given', async () => {
  // R-23, F-114
  const values = { ...initialValues('reseller'), disk: 2 * GB, perl: false }
  await db()
    .update(resellers)
    .set({ values })
    .where(eq(resellers.accountId, people.rita.account.id))
  for (const lock of [false, true]) {
    await expect(give(people.rita, { disk: 3 * GB }, lock)).rejects.toThrow(Invalid)
    await expect(give(people.rita, { perl: true }, lock)).rejects.toThrow(Invalid)
  }
  await aSubscription(db(), people.cato.account, people.host, people.ritasGold, 'blog.test')
  for (const lock of [false, true]) {
    await expect(give(people.rita, { disk: 2 * GB }, lock)).rejects.toThrow(/has only/)
  }
  await choosePlan(db(), people.rita.actor, shop.id, null)
  await expect(give(people.rita, { disk: 2 * GB })).rejects.toThrow(/has only/)
  expect((await now()).values.disk).toBe(GB)
})

test('a customer changes what its plan lets it, and the plan leaves that alone', async () => {
  // P-46, P-47
  await expect(give(people.cato, { phpVersion: '8.3' })).rejects.toThrow(Forbidden)
  await planNow({ mayChangePhp: true, mayChangeMail: true })
  await give(people.cato, { phpVersion: '8.3' })
  expect(await now()).toMatchObject({ locked: false, values: { phpVersion: '8.3' } })
  expect(await own()).toMatchObject([{ byCustomer: true, authorName: 'cato' }])

  await planNow({ phpVersion: '8.4' })
  expect(await now()).toMatchObject({ unsynced: false, values: { phpVersion: '8.3' } })
  await expect(give(people.cato, { disk: 9 * GB })).rejects.toThrow(Forbidden)
  await expect(give(people.cato, { mailboxSize: 2 * GB })).rejects.toThrow(/plan gives no more/)

  await planNow({ mayChangePhp: false })
  expect(await now()).toMatchObject({ values: { phpVersion: '8.4' } })
  await planNow({ mayChangePhp: true })
  await returnToPlan(db(), people.cato.actor, shop.id, 'phpVersion')
  expect(await own()).toEqual([])
})

test('a customer’s choice outlives a lock', async () => {
  await planNow({ mayChangePhp: true })
  await give(people.rita, { disk: 3 * GB }, true)
  await give(people.cato, { phpVersion: '8.3' })
  expect(await now()).toMatchObject({ locked: true, values: { phpVersion: '8.3' } })
  await unlock()
  expect(await now()).toMatchObject({ locked: false, values: { phpVersion: '8.3', disk: GB } })
})

test('strangers find nothing', async () => {
  // F-110
  for (const { actor } of [people.rolf, people.cleo]) {
    const wish = { values: { disk: GB }, version: 1, reason: '', lock: true }
    await expect(customize(db(), actor, shop.id, wish)).rejects.toThrow(NotFound)
    await expect(lockValues(db(), actor, shop.id)).rejects.toThrow(NotFound)
    await expect(unlockAndSync(db(), actor, shop.id, '')).rejects.toThrow(NotFound)
    await expect(returnToPlan(db(), actor, shop.id, 'disk')).rejects.toThrow(NotFound)
  }
  await expect(lockValues(db(), people.cato.actor, shop.id)).rejects.toThrow(Forbidden)
  await expect(returnToPlan(db(), people.cato.actor, shop.id, 'disk')).rejects.toThrow(Forbidden)
})
