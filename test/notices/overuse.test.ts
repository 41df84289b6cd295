import { beforeEach, expect, test } from 'vitest'
import { messages } from '../../src/messages/schema.ts'
import { tellOfOveruse } from '../../src/notices/overuse.ts'
import type { Values } from '../../src/plans/catalogue.ts'
import { GB } from '../../src/plans/property.ts'
import { settleOveruse } from '../../src/subscriptions/overuse.ts'
import { measured, type Subscription, subscriptions } from '../../src/subscriptions/schema.ts'
import { aMailServer, aSubscription, type Cast, cast } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'

const db = ownDatabase()
let people: Cast
let shop: Subscription
beforeEach(async () => {
  await emptied(db())
  await emptied(db(), ['messages', 'settings'])
  people = await cast(db())
  await aMailServer(db())
  shop = await aSubscription(db(), people.cato.account, people.host, people.ritasGold, 'shop.test')
  await rule('notify')
})

const rule = (overuse: string, more: Partial<Values> = {}) =>
  db()
    .update(subscriptions)
    .set({
      values: {
        ...people.ritasGold.values,
        ...{ disk: 10 * GB, traffic: 100 * GB, overuse, overuseNotice: 80, ...more },
      } as Values,
    })
const uses = async (used: number, traffic = 0) => {
  const disk = Math.round(used)
  await db()
    .insert(measured)
    .values({ subscriptionId: shop.id, disk, traffic })
    .onConflictDoUpdate({ target: measured.subscriptionId, set: { disk, traffic } })
  await settleOveruse(db())
  return tellOfOveruse(db())
}
const told = async () => {
  const rows = await db().select().from(messages).orderBy(messages.id)
  return rows.map(({ template }) => template)
}

//
test('who notifies tells at the percentage and at the limit, once each', async () => {
  expect(await uses(7.9 * GB)).toBe(0)
  expect([await uses(8 * GB), await uses(9 * GB), await uses(10 * GB)]).toEqual([1, 0, 0])
  expect([await uses(10 * GB + 1), await uses(12 * GB)]).toEqual([1, 0])

  expect(await db().select().from(messages).orderBy(messages.id)).toMatchObject([
    {
      template: 'nearLimit',
      toAddress: 'cato@example.org',
      accountId: people.cato.account.id,
      providerId: people.rita.account.id,
      words: { domain: 'shop.test', property: 'disk', used: 8 * GB, limit: 10 * GB, percent: 80 },
    },
    { template: 'overLimit', words: { percent: 100 } },
  ])
})

test('each time it comes back and goes beyond again it is told again', async () => {
  await uses(11 * GB)
  expect(await told()).toEqual(['overLimit'])
  // Swaying about the limit is no crossing.
  await uses(9.8 * GB)
  await uses(11 * GB)
  expect((await told()).filter((template) => template === 'overLimit')).toHaveLength(1)

  await uses(1 * GB)
  await uses(11 * GB)
  expect((await told()).filter((template) => template === 'overLimit')).toHaveLength(2)
})

test('a lower percentage or limit is told of without another look at what is used', async () => {
  expect(await uses(7 * GB)).toBe(0)
  await rule('notify', { overuseNotice: 70 })
  expect(await tellOfOveruse(db())).toBe(1)
  await rule('notify', { disk: 6 * GB })
  expect(await tellOfOveruse(db())).toBe(1)
  expect(await told()).toEqual(['nearLimit', 'overLimit'])
})

test('who may use nothing is told of the first byte', async () => {
  await rule('notify', { disk: 0 })
  expect([await uses(0), await uses(1)]).toEqual([0, 1])
  expect(await told()).toEqual(['overLimit'])
})

test('who suspends tells that it is suspended, each time it is', async () => {
  await rule('suspend')
  await uses(8 * GB)
  await uses(11 * GB)
  expect(await told()).toEqual(['nearLimit', 'suspendedOverLimit'])

  await uses(9.9 * GB)
  await uses(11 * GB)
  expect(await told()).toEqual(['nearLimit', 'suspendedOverLimit', 'suspendedOverLimit'])
})

test('who allows overuse tells nothing, nor does who has no limit', async () => {
  await rule('allow')
  expect(await uses(50 * GB, 500 * GB)).toBe(0)
  await rule('notify', { disk: 'unlimited', traffic: 'unlimited' })
  expect(await uses(50 * GB, 500 * GB)).toBe(0)
})

test('traffic is told of by itself', async () => {
  expect(await uses(11 * GB, 90 * GB)).toBe(2)
  const rows = await db().select().from(messages).orderBy(messages.id)
  expect(rows.map(({ template, words }) => [template, words.property])).toEqual([
    ['overLimit', 'disk'],
    ['nearLimit', 'traffic'],
  ])
})

test('of several who look at once one tells', async () => {
  await db()
    .insert(measured)
    .values({ subscriptionId: shop.id, disk: 11 * GB, traffic: 0 })
  const counts = await Promise.all(Array.from({ length: 4 }, () => tellOfOveruse(db())))

  expect(await told()).toEqual(['overLimit'])
  expect(counts.some((count) => count > 0)).toBe(true)
})
