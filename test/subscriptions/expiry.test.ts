import { eq, sql } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { Forbidden, Invalid, NotFound } from '../../src/errors.ts'
import { jobs } from '../../src/jobs/schema.ts'
import { expireDue, providersDay, setExpiry } from '../../src/subscriptions/expiry.ts'
import { type Subscription, subscriptions, suspensions } from '../../src/subscriptions/schema.ts'
import { activateSubscription, suspendSubscription } from '../../src/subscriptions/suspension.ts'
import { aSubscription, type Cast, cast, reread } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let shop: Subscription
beforeEach(async () => {
  await emptied(db())
  people = await cast(db())
  shop = await aSubscription(db(), people.cato.account, people.host, people.ritasGold, 'shop.test')
})

const day = async (offset: number) => {
  const { today } = await providersDay(db(), shop.id)
  const moment = new Date(`${today}T12:00:00Z`)
  moment.setUTCDate(moment.getUTCDate() + offset)
  return moment.toISOString().slice(0, 10)
}
const lastDay = (expiresOn: string) => db().update(subscriptions).set({ expiresOn })
const reasons = async () => (await db().select().from(suspensions)).map(({ reason }) => reason)

test('it is served to the end of its last day, and no longer', async () => {
  // P-44, R-20
  await lastDay(await day(0))
  expect(await expireDue(db())).toBe(0)
  await lastDay(await day(-1))
  expect(await expireDue(db())).toBe(1)
  expect(await reread(db(), shop)).toMatchObject({ suspended: true, generation: 2 })
  expect(await db().select().from(jobs)).toMatchObject([{ subscriptionId: shop.id, priority: 10 }])
  expect(await expireDue(db())).toBe(0)
})

test('days begin and end where its provider is', async () => {
  const zoned = (timeZone: string) =>
    db().update(accounts).set({ timeZone }).where(eq(accounts.id, people.rita.account.id))
  // one of the two has another date than the other at any moment
  await zoned('Pacific/Kiritimati')
  const east = await day(0)
  await zoned('Pacific/Pago_Pago')
  expect(await day(0)).not.toBe(east)
  await lastDay(await day(0))
  expect(await expireDue(db())).toBe(0)
  await zoned('Pacific/Kiritimati')
  expect(await expireDue(db())).toBe(1)
})

test('renewing lifts that reason and no other', async () => {
  //
  const { rita } = people
  await suspendSubscription(db(), rita.actor, shop.id, 'unpaid')
  await lastDay(await day(-1))
  await expireDue(db())
  await activateSubscription(db(), rita.actor, shop.id)
  expect(await reasons()).toEqual(['expired'])

  await suspendSubscription(db(), rita.actor, shop.id, 'unpaid')
  await setExpiry(db(), rita.actor, shop.id, await day(30))
  expect(await reasons()).toEqual(['reseller'])
  expect(await reread(db(), shop)).toMatchObject({ suspended: true })
  await activateSubscription(db(), rita.actor, shop.id)
  expect(await reread(db(), shop)).toMatchObject({ suspended: false, expiresOn: await day(30) })
  await setExpiry(db(), rita.actor, shop.id, null)
  expect(await reread(db(), shop)).toMatchObject({ expiresOn: null })
})

test('thousands expire in a few statements', async () => {
  await db().execute(sql`
    insert into subscriptions (account_id, plan_id, host_id, domain, "system_user", uid,
      password_hash, "values", expires_on)
    select account_id, plan_id, host_id, 'n' || n || '.test', 'n' || n, uid + n, password_hash,
      "values", '2001-01-31'
    from subscriptions, generate_series(1, 2500) as n`)
  expect(await expireDue(db())).toBe(2500)
  expect(await db().$count(subscriptions, eq(subscriptions.suspended, true))).toBe(2500)
})

test('only the provider says when, and only a day to come', async () => {
  // F-110
  const { rita, rolf, cato } = people
  await expect(setExpiry(db(), cato.actor, shop.id, null)).rejects.toThrow(Forbidden)
  await expect(setExpiry(db(), rolf.actor, shop.id, null)).rejects.toThrow(NotFound)
  await expect(setExpiry(db(), rita.actor, shop.id, await day(-1))).rejects.toThrow(Invalid)

  const visitor = await web.as(rita)
  for (const expiresOn of ['tomorrow', '2027-02-30', '31.01.2027', '2027-01-31x']) {
    const answer = await visitor.post(`/subscriptions/${shop.id}/expiry`, { expiresOn })
    expect(answer.status).toBe(422)
  }
  expect(await reread(db(), shop)).toMatchObject({ expiresOn: null, version: 1 })
})
