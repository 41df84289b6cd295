import { randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { auditEntries } from '../../src/audit/schema.ts'
import { Conflict, Forbidden, NotFound } from '../../src/errors.ts'
import { jobs } from '../../src/jobs/schema.ts'
import { createSubscription } from '../../src/subscriptions/creation.ts'
import { storeOutcome } from '../../src/subscriptions/outcome.ts'
import { goingWith, removeAccount, removeSubscription } from '../../src/subscriptions/removal.ts'
import type { Subscription } from '../../src/subscriptions/schema.ts'
import { suspendSubscription } from '../../src/subscriptions/suspension.ts'
import { aSubscription, type Cast, cast, reread } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'

const db = ownDatabase()
let people: Cast
let shop: Subscription
beforeEach(async () => {
  await emptied(db())
  people = await cast(db())
  shop = await aSubscription(db(), people.cato.account, people.host, people.ritasGold, 'shop.test')
})

const confirmRemoval = async (id: number) => {
  const { generation } = (await reread(db(), { id }))!
  await storeOutcome(db(), [answer(id, generation)])
}
const answer = (id: number, generation: number) => ({
  id,
  generation,
  ok: true,
  changed: [],
  errors: [],
  shortfalls: [],
  facts: null,
})
const accountOf = async (id: number) =>
  (await db().select().from(accounts).where(eq(accounts.id, id)))[0]

test('a removed subscription goes when its host says so', async () => {
  // S-39
  const job = await removeSubscription(db(), people.rita.actor, shop.id)

  expect(await reread(db(), shop)).toMatchObject({ removing: true, generation: 2 })
  expect(await db().select().from(jobs)).toMatchObject([{ id: job, subscriptionId: shop.id }])

  await confirmRemoval(shop.id)
  expect(await reread(db(), shop)).toBeUndefined()
})

test('nothing is done to one that is being removed', async () => {
  await removeSubscription(db(), people.rita.actor, shop.id)

  await expect(removeSubscription(db(), people.rita.actor, shop.id)).rejects.toThrow(Conflict)
  await expect(suspendSubscription(db(), people.rita.actor, shop.id, '')).rejects.toThrow(Conflict)
  expect(await reread(db(), shop)).toMatchObject({ generation: 2, suspended: false })
})

test('ten removals at once are one', async () => {
  // F-72
  const all = await Promise.allSettled(
    Array.from({ length: 10 }, () => removeSubscription(db(), people.rita.actor, shop.id)),
  )
  expect(all.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
  expect(await db().select().from(jobs)).toHaveLength(1)
  expect(
    await db().select().from(auditEntries).where(eq(auditEntries.objectId, shop.id)),
  ).toMatchObject([{ action: 'subscription.removed' }])
})

test('an account goes with the last of its subscriptions', async () => {
  // P-28, P-68
  const { rita, cato, host } = people
  const blog = await aSubscription(db(), cato.account, host, null, 'blog.test')
  const going = await goingWith(db(), cato.account.id)
  expect(going).toMatchObject({ subscriptions: 2, domains: 2, subdomains: 0 })

  await removeAccount(db(), rita.actor, cato.account.id, going)

  expect(await accountOf(cato.account.id)).toMatchObject({ removing: true, suspended: true })
  expect(await db().select().from(jobs)).toHaveLength(2)
  await confirmRemoval(shop.id)
  expect(await accountOf(cato.account.id)).toBeDefined()
  await confirmRemoval(blog.id)
  expect(await accountOf(cato.account.id)).toBeUndefined()
})

test('an account without subscriptions goes at once', async () => {
  const { ada, rita, cato, rolf, cleo } = people
  await expect(
    removeAccount(db(), ada.actor, rolf.account.id, { subscriptions: 0, domains: 0 }),
  ).rejects.toThrow('still has')
  await removeAccount(db(), rolf.actor, cleo.account.id, { subscriptions: 0, domains: 0 })
  expect(await accountOf(cleo.account.id)).toBeUndefined()

  await removeAccount(db(), ada.actor, rolf.account.id, { subscriptions: 0, domains: 0 })
  expect(await accountOf(rolf.account.id)).toBeUndefined()
  expect(await accountOf(rita.account.id)).toBeDefined()
  expect(await accountOf(cato.account.id)).toBeDefined()
})

test('what came after the confirmation was shown is not removed unseen', async () => {
  await expect(
    removeAccount(db(), people.rita.actor, people.cato.account.id, {
      subscriptions: 0,
      domains: 0,
    }),
  ).rejects.toThrow('got more since')
  expect(await accountOf(people.cato.account.id)).toMatchObject({ removing: false })
})

test('strangers find nothing, customers remove nothing', async () => {
  // F-110
  const { rolf, cleo, cato, rita } = people
  const all = { subscriptions: 9, domains: 9 }
  for (const { actor } of [rolf, cleo]) {
    await expect(removeSubscription(db(), actor, shop.id)).rejects.toThrow(NotFound)
    await expect(removeAccount(db(), actor, cato.account.id, all)).rejects.toThrow(NotFound)
  }
  await expect(removeSubscription(db(), cato.actor, shop.id)).rejects.toThrow(Forbidden)
  await expect(removeAccount(db(), cato.actor, cato.account.id, all)).rejects.toThrow(Forbidden)
  await expect(removeAccount(db(), rita.actor, rita.account.id, all)).rejects.toThrow(Forbidden)
  expect(await reread(db(), shop)).toMatchObject({ removing: false })
})

test('made, removed and made again at once: the last wish wins, nothing old touches the new', async () => {
  // F-19, F-161
  const { rita, cato, ritasGold } = people
  const wish = { domain: 'again.test', planId: ritasGold.id, hostId: null }
  const make = () => createSubscription(db(), randomBytes(32), rita.actor, cato.account.id, wish)
  const { subscription: first } = await make()
  await removeSubscription(db(), rita.actor, first.id)
  await expect(make()).rejects.toThrow('still being removed')

  // The answer to the creation comes late: nothing of it counts any more.
  await storeOutcome(db(), [answer(first.id, 1)])
  expect(await reread(db(), first)).toMatchObject({ removing: true, generation: 2 })

  await confirmRemoval(first.id)
  const { subscription: second } = await make()
  expect(second.uid).toBeGreaterThan(first.uid)
  await storeOutcome(db(), [answer(first.id, 2)])
  expect(await reread(db(), second)).toMatchObject({ removing: false, appliedGeneration: 0 })
})
