import { beforeAll, expect, test } from 'vitest'
import { GB } from '../../src/plans/property.ts'
import { readGroup } from '../../src/subscriptions/conflict-groups.ts'
import { loweredPlans } from '../../src/subscriptions/lowered-plans.ts'
import { conflicts, subscriptionAddOns } from '../../src/subscriptions/schema.ts'
import { aPlan, aSubscription, type Cast, cast } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'

const db = ownDatabase()
let people: Cast
let count = 0
beforeAll(async () => {
  people = await cast(db())
})

async function lacking(
  plan: Awaited<ReturnType<typeof aPlan>>,
  lacks: Record<string, [wanted: string | number | boolean, available: string | number | boolean]>,
) {
  const { cato, host } = people
  const made = { unsynced: true }
  const shop = await aSubscription(db(), cato.account, host, plan, `low${++count}.test`, made)
  for (const [property, [wanted, available]] of Object.entries(lacks)) {
    await db()
      .insert(conflicts)
      .values({ subscriptionId: shop.id, property, wanted, available, remedy: 'x' })
  }
  return shop
}

const ofPlan = ({ id }: { id: number }) => readGroup('plan', String(id))!

// P-54
test('takes the least that is available anywhere, and leaves alone what is enough', async () => {
  const values = { disk: 80 * GB, phpVersion: '8.4', virusScan: true, perl: true }
  const plan = await aPlan(db(), people.rita.account, 'Large', values)
  await lacking(plan, { disk: [80 * GB, 40 * GB], phpVersion: ['8.4', '8.2'] })
  await lacking(plan, { disk: [80 * GB, 20 * GB], virusScan: [true, false] })
  await lacking(plan, { traffic: [11 * GB, 11 * GB], phpVersion: ['8.4', 'none'] })

  const [low] = await loweredPlans(db(), people.rita.actor, ofPlan(plan))

  expect(low).toMatchObject({
    plan: { id: plan.id },
    values: { disk: 20 * GB, phpVersion: '8.2', virusScan: false, perl: true, php: false },
  })
  expect(low?.values.traffic).toBe(plan.values.traffic)
  expect(await loweredPlans(db(), people.rolf.actor, ofPlan(plan))).toEqual([])
  expect(await loweredPlans(db(), people.cato.actor, ofPlan(plan))).toEqual([])
})

test('finds the add-on that promises it, but does not guess its part of a sum', async () => {
  const plan = await aPlan(db(), people.rita.account, 'Small', { disk: GB })
  const more = { perl: true, disk: 90 * GB, phpVersion: '8.2' }
  const addOn = await aPlan(db(), people.rita.account, 'Extra', more, 'add-on')
  const shop = await lacking(plan, { perl: [true, false], disk: [91 * GB, 40 * GB] })
  await db().insert(subscriptionAddOns).values({ subscriptionId: shop.id, planId: addOn.id })

  const found = await loweredPlans(db(), people.rita.actor, ofPlan(plan))

  expect(found.map((low) => low.plan.name)).toEqual(['Extra'])
  expect(found[0]?.values).toMatchObject({ perl: false, disk: 90 * GB })
})
