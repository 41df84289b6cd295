import { and, eq, inArray, sql } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { auditEntries } from '../../src/audit/schema.ts'
import { Forbidden, NotFound } from '../../src/errors.ts'
import { jobs } from '../../src/jobs/schema.ts'
import { reasonsOfAccount, reasonsOfSubscription } from '../../src/subscriptions/reasons.ts'
import { type Subscription, subscriptions, suspensions } from '../../src/subscriptions/schema.ts'
import {
  activateAccount,
  activateSubscription,
  suspendAccount,
  suspendSubscription,
} from '../../src/subscriptions/suspension.ts'
import { aSubscription, type Cast, cast, reread } from '../support/cast.ts'
import { emptied, ownDatabase, untilBlocked } from '../support/database.ts'

const db = ownDatabase()
let people: Cast
let shop: Subscription
let blog: Subscription
let ritas: Subscription
let foreign: Subscription

beforeEach(async () => {
  await emptied(db())
  people = await cast(db())
  const { cato, cleo, rita, host, ritasGold, rolfsGold } = people
  shop = await aSubscription(db(), cato.account, host, ritasGold, 'shop.test')
  blog = await aSubscription(db(), cato.account, host, ritasGold, 'blog.test')
  ritas = await aSubscription(db(), rita.account, host, ritasGold, 'rita.test')
  foreign = await aSubscription(db(), cleo.account, host, rolfsGold, 'cleo.test')
})

const suspended = async () => {
  const rows = await db()
    .select({ domain: subscriptions.domain })
    .from(subscriptions)
    .where(eq(subscriptions.suspended, true))
    .orderBy(subscriptions.domain)
  return rows.map((row) => row.domain)
}
const closed = async () => {
  const rows = await db()
    .select()
    .from(accounts)
    .where(eq(accounts.suspended, true))
    .orderBy(accounts.name)
  return rows.map((row) => row.name)
}
const waiting = async () =>
  (await db().select().from(jobs).orderBy(jobs.subscriptionId)).map((job) => job.subscriptionId)

test('a suspended account has all its subscriptions suspended, and its hosts are told', async () => {
  // P-13, P-14, P-17
  const { rita, cato } = people

  await suspendAccount(db(), rita.actor, cato.account.id, 'Unpaid')

  expect(await closed()).toEqual(['Cato'])
  expect(await suspended()).toEqual(['blog.test', 'shop.test'])
  expect(await reread(db(), shop)).toMatchObject({ generation: 2 })
  expect(await waiting()).toEqual([shop.id, blog.id])
  expect(await reasonsOfAccount(db(), cato.actor, cato.account.id)).toMatchObject([
    { reason: 'reseller', of: 'account', text: 'Unpaid', liftable: false },
  ])
})

test('activated, all is back (P-18, P-20)', async () => {
  const { rita, cato } = people
  await suspendAccount(db(), rita.actor, cato.account.id, '')
  await activateAccount(db(), rita.actor, cato.account.id)

  expect(await closed()).toEqual([])
  expect(await suspended()).toEqual([])
  expect(await reread(db(), shop)).toMatchObject({ generation: 3 })
  expect(await waiting()).toEqual([shop.id, blog.id])
})

test('what was suspended on its own stays so when its customer comes back', async () => {
  // R-4, P-43
  const { rita, cato } = people
  await suspendSubscription(db(), rita.actor, shop.id, 'Spam')
  await suspendAccount(db(), rita.actor, cato.account.id, 'Unpaid')
  expect(await reasonsOfSubscription(db(), rita.actor, shop)).toMatchObject([
    { of: 'subscription', text: 'Spam', liftable: true },
    { of: 'account', text: 'Unpaid', liftable: true },
  ])

  await activateAccount(db(), rita.actor, cato.account.id)

  expect(await suspended()).toEqual(['shop.test'])
  expect(await reread(db(), shop)).toMatchObject({ generation: 2 })
})

test('a reseller lifts its own reason; the admin’s stays and says who can lift it', async () => {
  //
  const { ada, rita, cato } = people
  await suspendAccount(db(), ada.actor, cato.account.id, 'Abuse')
  await suspendAccount(db(), rita.actor, cato.account.id, 'Unpaid')

  await activateAccount(db(), rita.actor, cato.account.id)

  expect(await suspended()).toEqual(['blog.test', 'shop.test'])
  expect(await reasonsOfAccount(db(), rita.actor, cato.account.id)).toMatchObject([
    { reason: 'admin', text: 'Abuse', liftable: false },
  ])

  await activateAccount(db(), ada.actor, cato.account.id)
  expect(await suspended()).toEqual([])
})

test('a suspended reseller takes its customers along', async () => {
  const { ada, rita, cato } = people
  await suspendAccount(db(), ada.actor, rita.account.id, 'Bankrupt')

  expect(await closed()).toEqual(['Cato', 'Rita'])
  expect(await suspended()).toEqual(['blog.test', 'rita.test', 'shop.test'])
  expect(await reasonsOfSubscription(db(), cato.actor, shop)).toMatchObject([
    { of: 'provider', text: '', liftable: false },
  ])

  await activateAccount(db(), ada.actor, cato.account.id)
  expect(await closed()).toEqual(['Cato', 'Rita'])

  await activateAccount(db(), ada.actor, rita.account.id)
  expect(await suspended()).toEqual([])
})

test('a customer may let a site rest and start it again, but lifts nothing else', async () => {
  const { rita, cato } = people
  await suspendSubscription(db(), cato.actor, shop.id, '')
  await suspendSubscription(db(), rita.actor, shop.id, 'Spam')

  await activateSubscription(db(), cato.actor, shop.id)
  expect(await suspended()).toEqual(['shop.test'])

  await activateSubscription(db(), rita.actor, shop.id)
  expect(await suspended()).toEqual([])
})

test('strangers find nothing, and customers do not suspend accounts', async () => {
  // F-110, P-2
  const { rolf, cleo, cato, rita } = people
  for (const { actor } of [rolf, cleo]) {
    await expect(suspendAccount(db(), actor, cato.account.id, '')).rejects.toThrow(NotFound)
    await expect(suspendSubscription(db(), actor, shop.id, '')).rejects.toThrow(NotFound)
    await expect(activateSubscription(db(), actor, shop.id)).rejects.toThrow(NotFound)
  }
  await expect(suspendAccount(db(), cato.actor, cato.account.id, '')).rejects.toThrow(Forbidden)
  await expect(suspendAccount(db(), rita.actor, rita.account.id, '')).rejects.toThrow(Forbidden)
  await expect(
    suspendSubscription(db(), { ...cato.actor, role: 'read' }, shop.id, ''),
  ).rejects.toThrow(Forbidden)
  expect(await suspended()).toEqual([])
  expect(await waiting()).toEqual([])
})

test('twice is once, but each wish that changed something is in the trail', async () => {
  // F-72, F-80
  const { rita, cato } = people
  await suspendAccount(db(), rita.actor, cato.account.id, 'Unpaid')
  await suspendAccount(db(), rita.actor, cato.account.id, 'Again')
  await activateAccount(db(), rita.actor, cato.account.id)
  await activateAccount(db(), rita.actor, cato.account.id)

  expect(await reread(db(), shop)).toMatchObject({ generation: 3 })
  const trail = await db()
    .select()
    .from(auditEntries)
    .where(eq(auditEntries.accountId, cato.account.id))
    .orderBy(auditEntries.id)
  expect(trail).toMatchObject([
    { action: 'account.suspended', changes: { text: { to: 'Unpaid' } } },
    { action: 'account.activated' },
  ])
})

test('waits for a change already under way', async () => {
  const { rita, cato } = people
  let late: Promise<unknown> | undefined
  await db().transaction(async (tx) => {
    await tx
      .insert(suspensions)
      .values({ accountId: cato.account.id, reason: 'reseller', authorName: 'rita' })
    await tx.update(accounts).set({ suspended: true }).where(eq(accounts.id, cato.account.id))
    late = suspendAccount(db(), rita.actor, cato.account.id, 'Late')
    await untilBlocked(db())
  })
  await late

  expect(await db().select().from(suspensions)).toMatchObject([{ text: '' }])
})

test('a reseller and its customers, suspended and activated at once, end as they were last wanted', async () => {
  // F-182
  const { ada, rita, cato } = people
  for (let round = 0; round < 5; round++) {
    await Promise.all([
      suspendAccount(db(), ada.actor, rita.account.id, ''),
      activateAccount(db(), ada.actor, cato.account.id),
      suspendAccount(db(), rita.actor, cato.account.id, ''),
      suspendSubscription(db(), rita.actor, shop.id, ''),
      activateSubscription(db(), ada.actor, shop.id),
      activateAccount(db(), ada.actor, rita.account.id),
    ])
    await expectSettled()
  }
})

/** The stored results are what the rows say. */
async function expectSettled() {
  const wrong = await db()
    .select({ domain: subscriptions.domain })
    .from(subscriptions)
    .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
    .where(
      sql`${subscriptions.suspended} <> exists (select from suspensions
        where subscription_id = ${subscriptions.id} or account_id in (${accounts.id}, ${accounts.providerId}))`,
    )
  expect(wrong).toEqual([])
}

test('others are left alone', async () => {
  await suspendAccount(db(), people.ada.actor, people.rita.account.id, '')
  const untouched = and(inArray(subscriptions.id, [foreign.id]), eq(subscriptions.generation, 1))
  expect(await db().select().from(subscriptions).where(untouched)).toHaveLength(1)
  expect(await waiting()).toEqual([shop.id, blog.id, ritas.id])
})

test('ten thousand are suspended, activated, and one suspended again', async () => {
  // F-80: a handful of statements, however many there are
  const { ada, rita, cato, host } = people
  const most = 10_000
  await db().execute(sql`
    with made as (
      insert into accounts (kind, provider_id, name, email)
      select 'customer', ${rita.account.id}, 'Customer ' || n, 'c@example.org'
      from generate_series(1, ${most}::int) as n returning id
    )
    insert into subscriptions (account_id, host_id, domain, "system_user", uid, password_hash, "values")
    select id, ${host.id}, 'many' || id || '.test', 'many' || id, nextval('system_uids'),
      ${shop.passwordHash}, ${JSON.stringify(shop.values)}::jsonb
    from made`)
  await suspendAccount(db(), ada.actor, rita.account.id, 'Bankrupt')
  expect(await suspended()).toHaveLength(most + 3)
  await activateAccount(db(), ada.actor, rita.account.id)
  await suspendAccount(db(), ada.actor, cato.account.id, 'Abuse')

  expect(await suspended()).toEqual(['blog.test', 'shop.test'])
  expect(await waiting()).toHaveLength(most + 3)
})
