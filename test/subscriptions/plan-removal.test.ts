import { eq } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { auditEntries } from '../../src/audit/schema.ts'
import { Forbidden, Invalid, NotFound } from '../../src/errors.ts'
import { jobs } from '../../src/jobs/schema.ts'
import { lockOfferedPlan } from '../../src/plans/access.ts'
import { initialValues, type Values } from '../../src/plans/catalogue.ts'
import { type Plan, plans, planVersions, resellers } from '../../src/plans/schema.ts'
import { type Afterwards, removePlan } from '../../src/subscriptions/plan-removal.ts'
import { overrides, subscriptionAddOns, subscriptions } from '../../src/subscriptions/schema.ts'
import { aPlan, aSubscription, type Cast, cast, reread, type Someone } from '../support/cast.ts'
import { ownDatabase, untilBlocked } from '../support/database.ts'

const db = ownDatabase()
let people: Cast
let gold: Plan
let silver: Plan
let count = 0
beforeEach(async () => {
  people ??= await cast(db())
  await db().delete(subscriptions)
  await ritaHas({})
  gold = await plan({ mailboxes: 5 })
  silver = await plan({ mailboxes: 2 })
})

const plan = (values: Partial<Values>, kind: Plan['kind'] = 'service', owner = people.rita) =>
  aPlan(db(), owner.account, `Plan${++count}`, { ...initialValues(kind), ...values }, kind)
const site = (own: Plan | null = gold, more = {}) =>
  aSubscription(db(), people.cato.account, people.host, own, `site${++count}.test`, more)
const remove = (own: Plan, afterwards: Afterwards = null, who: Someone = people.rita) =>
  removePlan(db(), who.actor, own.id, afterwards)
const isThere = async ({ id }: Plan) => (await db().$count(plans, eq(plans.id, id))) === 1
const jobsOf = (id: number) => db().$count(jobs, eq(jobs.subscriptionId, id))

test('a plan that nobody has goes for good, with its versions; the trail keeps what it was', async () => {
  // S-25
  await remove(gold)
  expect(await isThere(gold)).toBe(false)
  expect(await db().$count(planVersions, eq(planVersions.planId, gold.id))).toBe(0)
  const trail = await db().select().from(auditEntries).where(eq(auditEntries.objectId, gold.id))
  expect(trail).toMatchObject([
    { action: 'plan.removed', objectName: gold.name, changes: { values: { from: gold.values } } },
  ])
})

test('a plan in use stays, and nobody is left with nothing', async () => {
  // S-26, R-3, F-37
  const one = await site()
  await expect(remove(gold)).rejects.toThrow(expect.objectContaining({ field: 'afterwards' }))
  expect(await isThere(gold)).toBe(true)
  expect(await reread(db(), one)).toEqual(one)
})

test('all move to another plan, and their hosts are told; locked ones keep their values', async () => {
  // R-3, P-40
  const [one, locked] = [await site(), await site(gold, { locked: true })]
  await remove(gold, { moveTo: silver.id })

  expect(await reread(db(), one)).toMatchObject({
    planId: silver.id,
    values: { mailboxes: 2 },
    generation: 2,
  })
  expect(await reread(db(), locked)).toMatchObject({
    planId: silver.id,
    values: { mailboxes: 5 },
    generation: 1,
  })
  expect([await jobsOf(one.id), await jobsOf(locked.id)]).toEqual([1, 0])
  expect(await isThere(gold)).toBe(false)
})

test('or become custom with every value they have, and without add-ons', async () => {
  // R-3, P-32, P-33
  const one = await site()
  const extra = await plan({ mailboxes: 3 }, 'add-on')
  await db().insert(subscriptionAddOns).values({ subscriptionId: one.id, planId: extra.id })
  await db()
    .insert(overrides)
    .values({ subscriptionId: one.id, property: 'imap', value: true, authorName: 'rita' })
  await remove(gold, 'custom')

  expect(await db().$count(overrides)).toBe(0)
  expect(await reread(db(), one)).toMatchObject({
    planId: null,
    values: gold.values,
    generation: 1,
  })
  expect(await db().$count(subscriptionAddOns)).toBe(0)
  expect(await jobsOf(one.id)).toBe(0)
})

test('an add-on is replaced by another, once', async () => {
  // P-31
  const [old, other] = [
    await plan({ mailboxes: 3 }, 'add-on'),
    await plan({ mailboxes: 4 }, 'add-on'),
  ]
  const [one, both] = [await site(), await site()]
  await db()
    .insert(subscriptionAddOns)
    .values([
      { subscriptionId: one.id, planId: old.id },
      { subscriptionId: both.id, planId: old.id },
      { subscriptionId: both.id, planId: other.id },
    ])
  await expect(remove(old)).rejects.toThrow(Invalid)
  await remove(old, { moveTo: other.id })

  for (const own of [one, both]) {
    expect(await reread(db(), own)).toMatchObject({ planId: gold.id, values: { mailboxes: 9 } })
  }
  expect(await db().$count(subscriptionAddOns)).toBe(2)
})

test('an add-on is taken away from all, who keep their plan', async () => {
  //
  const extra = await plan({ mailboxes: 3 }, 'add-on')
  const had = { values: { ...gold.values, mailboxes: 8 } }
  const [one, locked] = [await site(gold, had), await site(gold, { ...had, locked: true })]
  const without = await site()
  await db()
    .insert(subscriptionAddOns)
    .values([one, locked].map(({ id }) => ({ subscriptionId: id, planId: extra.id })))
  await expect(remove(extra, 'custom')).rejects.toThrow(Invalid)
  await expect(remove(gold, 'take')).rejects.toThrow(Invalid)
  expect(await isThere(extra)).toBe(true)

  await remove(extra, 'take')
  expect(await reread(db(), one)).toMatchObject({ planId: gold.id, values: { mailboxes: 5 } })
  expect(await jobsOf(one.id)).toBe(1)
  expect(await reread(db(), locked)).toMatchObject({ planId: gold.id, values: { mailboxes: 8 } })
  expect(await reread(db(), without)).toEqual(without)
  expect(await db().$count(subscriptionAddOns)).toBe(0)
  await expect(remove(extra, 'take')).rejects.toThrow(NotFound) // twice
})

test('resellers move to another reseller plan, or keep their values', async () => {
  const [big, bigger] = [
    await plan({ domains: 5 }, 'reseller', people.ada),
    await plan({ domains: 9 }, 'reseller', people.ada),
  ]
  const contract = async () =>
    (await db().select().from(resellers).where(eq(resellers.accountId, people.rita.account.id)))[0]
  await db().update(resellers).set({ planId: big.id, values: big.values }).where(ofRita())

  await expect(remove(big, null, people.ada)).rejects.toThrow(Invalid)
  await remove(big, { moveTo: bigger.id }, people.ada)
  expect(await contract()).toMatchObject({ planId: bigger.id, values: { domains: 9 } })
  await remove(bigger, 'custom', people.ada)
  expect(await contract()).toMatchObject({ planId: null, values: { domains: 9 } })
})

test('what is being taken off its host holds no plan', async () => {
  const going = await site(gold, { removing: true })
  await remove(gold)
  expect(await reread(db(), going)).toMatchObject({ planId: null, values: gold.values })
})

test('they can only move to a plan on offer, of the same owner and kind', async () => {
  await site()
  const hidden = await plan({})
  await db().update(plans).set({ hidden: true }).where(eq(plans.id, hidden.id))
  const wrong = [gold, hidden, await plan({}, 'add-on'), people.adasGold, people.rolfsGold]
  for (const { id } of [...wrong, { id: 999_999 }]) {
    await expect(remove(gold, { moveTo: id })).rejects.toThrow(
      expect.objectContaining({ field: 'plan' }),
    )
  }
  expect(await isThere(gold)).toBe(true)
})

test('a move may not sell more than the reseller has', async () => {
  //
  const [, own] = [await site(), await site()]
  await ritaHas({ mailboxes: 12 })
  const large = await plan({ mailboxes: 7 })
  await expect(remove(gold, { moveTo: large.id })).rejects.toThrow(Invalid)
  expect(await reread(db(), own)).toEqual(own)
})

test('strangers do not see it, read-only logins do not delete it, and twice is once', async () => {
  await expect(remove(gold, null, people.rolf)).rejects.toThrow(NotFound)
  await expect(remove(gold, null, people.cato)).rejects.toThrow(NotFound)
  const reader = { ...people.rita, actor: { ...people.rita.actor, role: 'read' as const } }
  await expect(remove(gold, null, reader)).rejects.toThrow(Forbidden)
  await remove(gold)
  await expect(remove(gold)).rejects.toThrow(NotFound)
})

test('a sale under way ends first, and then the plan is in use', async () => {
  // F-37
  const late = Promise.withResolvers<unknown>()
  await db().transaction(async (tx) => {
    await lockOfferedPlan(tx, people.rita.account.id, gold.id)
    remove(gold).then(late.reject, late.resolve)
    await untilBlocked(db())
    await tx.insert(subscriptions).values({
      accountId: people.cato.account.id,
      planId: gold.id,
      hostId: people.host.id,
      domain: `site${++count}.test`,
      systemUser: `site${count}`,
      uid: 90_000,
      passwordHash: '',
      values: gold.values,
    })
  })
  expect(await late.promise).toBeInstanceOf(Invalid)
  expect(await isThere(gold)).toBe(true)
})

test('a sale that comes after the removal is refused', async () => {
  const late = Promise.withResolvers<unknown>()
  await db().transaction(async (tx) => {
    await tx.delete(plans).where(eq(plans.id, gold.id))
    db()
      .transaction((sale) => lockOfferedPlan(sale, people.rita.account.id, gold.id))
      .then(late.reject, late.resolve)
    await untilBlocked(db())
  })
  expect(await late.promise).toBeInstanceOf(Invalid)
})

test('two removals that move to each other end one after the other', async () => {
  await site()
  await site(silver)
  const ends = await Promise.allSettled([
    remove(gold, { moveTo: silver.id }),
    remove(silver, { moveTo: gold.id }),
  ])
  const refused = ends.filter((end) => end.status === 'rejected')
  expect(refused.map(({ reason }) => reason)).toEqual([expect.any(Invalid)])
})

const ofRita = () => eq(resellers.accountId, people.rita.account.id)
const ritaHas = (values: Partial<Values>) =>
  db()
    .update(resellers)
    .set({ planId: null, values: { ...initialValues('reseller'), ...values } })
    .where(ofRita())
