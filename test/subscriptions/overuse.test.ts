import { eq, sql } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { auditEntries } from '../../src/audit/schema.ts'
import { jobs } from '../../src/jobs/schema.ts'
import type { Values } from '../../src/plans/catalogue.ts'
import { GB } from '../../src/plans/property.ts'
import { settleOveruse } from '../../src/subscriptions/overuse.ts'
import {
  measured,
  type Subscription,
  subscriptions,
  suspensions,
} from '../../src/subscriptions/schema.ts'
import { suspendSubscription } from '../../src/subscriptions/suspension.ts'
import { aSubscription, type Cast, cast, reread } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'

const db = ownDatabase()
let people: Cast
let shop: Subscription
beforeEach(async () => {
  await emptied(db())
  people = await cast(db())
  shop = await site('shop.test', { overuse: 'suspend' })
})

const site = (domain: string, values: Partial<Values>) =>
  aSubscription(db(), people.cato.account, people.host, people.ritasGold, domain, {
    values: { ...people.ritasGold.values, disk: 2 * GB, traffic: 20 * GB, ...values },
  })
const uses = ({ id: subscriptionId }: Subscription, disk: number, traffic = 0) =>
  db()
    .insert(measured)
    .values({ subscriptionId, disk, traffic })
    .onConflictDoUpdate({ target: measured.subscriptionId, set: { disk, traffic } })
const reasons = async () => (await db().select().from(suspensions)).map(({ reason }) => reason)

test('more than it may is out of service, and less brings it back by itself', async () => {
  //
  await uses(shop, 2 * GB)
  expect(await settleOveruse(db())).toBe(0)

  await uses(shop, 2 * GB + 1)
  expect(await settleOveruse(db())).toBe(1)
  expect(await reread(db(), shop)).toMatchObject({ suspended: true, generation: 2 })
  expect(await reasons()).toEqual(['over limit'])
  expect(await db().select().from(jobs)).toMatchObject([{ subscriptionId: shop.id, priority: 10 }])
  expect(await settleOveruse(db())).toBe(0)

  await uses(shop, GB)
  expect(await settleOveruse(db())).toBe(1)
  expect(await reread(db(), shop)).toMatchObject({ suspended: false, generation: 3 })
  const told = await db().select().from(auditEntries).orderBy(auditEntries.id)
  expect(told.map(({ action }) => action)).toEqual([
    'subscription.over_limit',
    'subscription.under_limit_again',
  ])
})

test('traffic counts too, and so do a higher limit and another rule', async () => {
  const change = (values: Partial<Values>) =>
    db()
      .update(subscriptions)
      .set({ values: { ...shop.values, ...values } })
      .where(eq(subscriptions.id, shop.id))
  await uses(shop, 0, 21 * GB)
  expect(await settleOveruse(db())).toBe(1)
  for (const values of [{ traffic: 30 * GB }, { traffic: 'unlimited' }, { overuse: 'allow' }]) {
    await change(values as Partial<Values>)
    expect(await settleOveruse(db())).toBe(1)
    expect(await reasons()).toEqual([])
    await change({})
    expect(await settleOveruse(db())).toBe(1)
  }
  // nothing measured is nothing used
  await db().delete(measured)
  expect(await settleOveruse(db())).toBe(1)
})

test('nobody else is suspended, and no other reason is lifted', async () => {
  //
  for (const overuse of ['notify', 'allow'])
    await uses(await site(`${overuse}.test`, { overuse }), 9 * GB)
  expect(await settleOveruse(db())).toBe(0)

  await suspendSubscription(db(), people.rita.actor, shop.id, 'unpaid')
  await uses(shop, 9 * GB)
  await settleOveruse(db())
  expect((await reasons()).sort()).toEqual(['over limit', 'reseller'])
  await uses(shop, 0)
  await settleOveruse(db())
  expect(await reasons()).toEqual(['reseller'])
  expect(await reread(db(), shop)).toMatchObject({ suspended: true })
})

test('thousands in a few statements', async () => {
  await db().execute(sql`
    insert into subscriptions (account_id, plan_id, host_id, domain, "system_user", uid,
      password_hash, "values")
    select account_id, plan_id, host_id, 'n' || n || '.test', 'n' || n, uid + n, password_hash,
      "values" from subscriptions, generate_series(1, 2500) as n`)
  await db().execute(sql`
    insert into measured (subscription_id, disk, traffic)
    select id, 9 * 1073741824::bigint, 0 from subscriptions`)
  expect(await settleOveruse(db())).toBe(2501)
  expect(await db().$count(subscriptions, eq(subscriptions.suspended, true))).toBe(2501)
})
