import { eq } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { plans } from '../../src/plans/schema.ts'
import { changePlanAndSync, previewChange } from '../../src/subscriptions/plan-sync.ts'
import { measured, type Subscription, subscriptions } from '../../src/subscriptions/schema.ts'
import { usageMonths } from '../../src/usage/schema.ts'
import { storeUsage } from '../../src/usage/storing.ts'
import { doMany, undoMany } from '../bulk/doing.ts'
import { aPlan, aSubscription, type Cast, cast } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'

// What was measured follows the values by which it is judged, however many change at once.
const db = ownDatabase()
let people: Cast
let shop: Subscription
let roomy: { id: number }
let tight: { id: number }
beforeEach(async () => {
  await emptied(db())
  people = await cast(db())
  const { rita, cato, host } = people
  roomy = await aPlan(db(), rita.account, 'Roomy', { disk: 1000, traffic: 2000 })
  tight = await aPlan(db(), rita.account, 'Tight', { disk: 100, traffic: 50 })
  shop = await aSubscription(db(), cato.account, host, await planOf(roomy), 'shop.test')
  const month = new Date().toISOString().slice(0, 7)
  const disk = { age: 1, home: 500, web: 0, mail: 0, databases: [], mailboxes: [] }
  await storeUsage(db(), host.id, {
    counter: 'one',
    subscriptions: [{ id: shop.id, disk, traffic: [{ month, web: 500, ftp: 0, mail: 0 }] }],
  })
  expect(await judged()).toEqual(fits)
})

const planOf = async ({ id }: { id: number }) =>
  (await db().select().from(plans).where(eq(plans.id, id)))[0]!

async function judged() {
  const [row] = await db().select().from(measured).where(eq(measured.subscriptionId, shop.id))
  const [month] = await db().select().from(usageMonths)
  return { over: row!.over, near: row!.near, allowed: month!.allowed }
}

const fits = { over: false, near: false, allowed: 2000 }
const tooMuch = { over: true, near: true, allowed: 50 }

test('when its plan changes for all that follow it', async () => {
  const { rita } = people
  const { name, title, hidden, notForResellers, version, values } = await planOf(roomy)
  const text = { name, title, hidden, notForResellers, version, note: '' }
  const wanted = { ...text, values: { ...values, disk: 100, traffic: 50 } }
  const seen = await previewChange(db(), rita.actor, roomy.id, wanted)
  await changePlanAndSync(db(), rita.actor, roomy.id, wanted, seen!.fingerprint)
  expect(await judged()).toEqual(tooMuch)
})

test.each(['followed one', 'followed none'])(
  'when many that %s get a plan, and when that is undone',
  async (before) => {
    const many = (planId: number | null, change = 'plan') =>
      doMany(db(), people.rita.actor, 'subscription', 'plan', [shop.id], { change, planId })
    if (before === 'followed none') await many(null, 'custom')
    const batchId = await many(tight.id)
    expect(await judged()).toEqual(tooMuch)
    await undoMany(db(), people.rita.actor, batchId)
    expect(await judged()).toEqual(fits)
  },
)

test('when anything else changes its values', async () => {
  const values = { ...shop.values, disk: 100, traffic: 50 }
  await db().update(subscriptions).set({ values }).where(eq(subscriptions.id, shop.id))
  expect(await judged()).toEqual(tooMuch)
  await db().update(subscriptions).set({ values: shop.values }).where(eq(subscriptions.id, shop.id))
  expect(await judged()).toEqual(fits)
})
