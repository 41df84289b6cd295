import { eq } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import type { SubscriptionResult } from '../../src/contract/messages.ts'
import { storeOutcome } from '../../src/subscriptions/outcome.ts'
import { conflicts, type Subscription, subscriptions } from '../../src/subscriptions/schema.ts'
import { aSubscription, type Cast, cast, reread, someone } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'

const db = ownDatabase()
let people: Cast
beforeAll(async () => {
  people = await cast(db())
})

let count = 0
const add = (more: Partial<Subscription> = {}, owner = people.cato.account) =>
  aSubscription(db(), owner, people.host, people.ritasGold, `site${++count}.test`, {
    appliedGeneration: 0,
    ...more,
  })

const answer = (
  { id, generation, domain }: Subscription,
  more: Partial<SubscriptionResult> = {},
): SubscriptionResult => ({
  id,
  generation,
  ok: true,
  changed: [],
  errors: [],
  shortfalls: [],
  facts: {
    state: 'active',
    home: '/home/x',
    shell: 'off',
    sites: [{ domain, root: '/home/x/web', php: null }],
  },
  ...more,
})

test('a confirmed generation is what the host has', async () => {
  const shop = await add({ generation: 4, appliedGeneration: 2 })

  await storeOutcome(db(), [answer(shop)])

  expect(await reread(db(), shop)).toMatchObject({ appliedGeneration: 4, unsynced: false })
})

test('late answers and failed ones change nothing', async () => {
  const late = await add({ generation: 4, appliedGeneration: 3 })
  const failed = await add()

  await storeOutcome(db(), [
    answer(late, { generation: 2 }),
    answer(failed, { ok: false, errors: [{ code: 'failed', text: 'no space' }] }),
  ])

  expect(await reread(db(), late)).toMatchObject({ appliedGeneration: 3, appliedAt: null })
  expect(await reread(db(), failed)).toMatchObject({ appliedGeneration: 0 })
})

test('a host cannot confirm what nobody wanted yet', async () => {
  // F-169
  const shop = await add({ generation: 4 })
  await storeOutcome(db(), [answer(shop, { generation: 9 })])
  expect(await reread(db(), shop)).toMatchObject({ appliedGeneration: 0 })
})

test('what the host lacks makes it unsynced, until it has it', async () => {
  // P-42, P-51
  const shop = await add()
  // the first as disk-limits.host.test.ts gets it from a host where somebody turned limits off
  const shortfalls = [
    {
      property: 'diskLimit',
      wanted: 'enforced',
      available: 'measured',
      remedy: 'run quotaon -u /home',
    },
    { property: 'phpVersion', wanted: '8.4', available: '8.2', remedy: 'install php8.4-fpm' },
    { property: 'virusScan', wanted: 'on', available: 'off', remedy: 'install clamav-daemon' },
    { property: 'unheardOf', wanted: 'a', available: 'b', remedy: 'c' },
  ]

  await storeOutcome(db(), [answer(shop, { shortfalls })])
  expect(await reread(db(), shop)).toMatchObject({ unsynced: true })
  expect(await conflictsOf(shop)).toMatchObject([
    { property: 'diskLimit', wanted: 'enforced', available: 'measured' },
    { property: 'phpVersion', wanted: '8.4', available: '8.2', remedy: 'install php8.4-fpm' },
    { property: 'virusScan', wanted: true, available: false },
  ])

  await storeOutcome(db(), [answer(shop)])
  expect(await reread(db(), shop)).toMatchObject({ unsynced: false })
  expect(await conflictsOf(shop)).toEqual([])
})

const conflictsOf = (shop: Subscription) =>
  db()
    .select()
    .from(conflicts)
    .where(eq(conflicts.subscriptionId, shop.id))
    .orderBy(conflicts.property)

test('a removed one is forgotten when its host says that nothing is left', async () => {
  const shop = await add({ removing: true, generation: 2, appliedGeneration: 1 })

  await storeOutcome(db(), [answer(shop, { generation: 1 })])
  expect(await reread(db(), shop)).toBeDefined()

  await storeOutcome(db(), [answer(shop, { facts: null })])
  expect(await reread(db(), shop)).toBeUndefined()
})

test('a removed account goes with its last subscription, and then its removed provider', async () => {
  const rosa = await someone(db(), 'reseller', 'rosa', people.ada.account.id)
  const carl = await someone(db(), 'customer', 'carl', rosa.account.id)
  await db().update(accounts).set({ removing: true }).where(eq(accounts.id, rosa.account.id))
  await db().update(accounts).set({ removing: true }).where(eq(accounts.id, carl.account.id))
  const [one, two] = [
    await add({ removing: true }, carl.account),
    await add({ removing: true }, carl.account),
  ]

  await storeOutcome(db(), [answer(one, { facts: null })])
  expect(await there(carl.account.id)).toBe(true)

  await storeOutcome(db(), [answer(two, { facts: null })])
  expect(await there(carl.account.id)).toBe(false)
  expect(await there(rosa.account.id)).toBe(false)
  expect(await there(people.ada.account.id)).toBe(true)
})

test('two last subscriptions that end at once take their account with them', async () => {
  const cora = await someone(db(), 'customer', 'cora', people.rita.account.id)
  await db().update(accounts).set({ removing: true }).where(eq(accounts.id, cora.account.id))
  const all = await Promise.all([1, 2, 3, 4].map(() => add({ removing: true }, cora.account)))

  await Promise.all(all.map((one) => storeOutcome(db(), [answer(one, { facts: null })])))

  expect(await there(cora.account.id)).toBe(false)
  expect(
    await db().select().from(subscriptions).where(eq(subscriptions.accountId, cora.account.id)),
  ).toEqual([])
})

const there = async (id: number) =>
  (await db().select().from(accounts).where(eq(accounts.id, id))).length === 1
