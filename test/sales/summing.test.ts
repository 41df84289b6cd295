import { eq, sql } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import type { Db } from '../../src/db/database.ts'
import { initialValues, type Values } from '../../src/plans/catalogue.ts'
import { sales, soldValues } from '../../src/sales/schema.ts'
import { forgetSoldValues, sumUpSales } from '../../src/sales/summing.ts'
import { budgets } from '../../src/subscriptions/budget.ts'
import { type Subscription, subscriptions } from '../../src/subscriptions/schema.ts'
import { aSubscription, type Cast, cast, someone } from '../support/cast.ts'
import { miscounted } from '../support/counted-sales.ts'
import { emptied, ownDatabase } from '../support/database.ts'

const db = ownDatabase()
let people: Cast
beforeEach(async () => {
  await emptied(db())
  await db().delete(sales)
  await db().delete(soldValues)
  people = await cast(db())
})

let number = 0
const sell = (to: 'rita' | 'cato', disk: number, by: Db = db()): Promise<Subscription> =>
  aSubscription(by, people[to].account, people.host, null, `shop${++number}.test`, {
    values: having(disk),
  })
const having = (disk: number): Values => ({ ...initialValues(), disk })
const change = ({ id }: { id: number }, to: Partial<Subscription>) =>
  db().update(subscriptions).set(to).where(eq(subscriptions.id, id))

const linesOf = ({ account }: { account: { id: number } }) =>
  db()
    .select()
    .from(sales)
    .where(eq(sales.sellerId, account.id))
    .orderBy(sql`sold_values_id nulls first`)
const ritasDisk = async () => {
  const { id } = people.rita.account
  const line = (await budgets(db(), [id])).get(id)!.get('disk')
  return line!.sold
}

//
test('many changes become one line for each seller and what it has sold', async () => {
  const shop = await sell('cato', 5)
  const blog = await sell('cato', 5)
  await sell('rita', 5)
  await change(shop, { values: having(7) })
  await change(blog, { removing: true })
  await change(shop, { values: having(5) })
  const kim = await someone(db(), 'customer', 'kim', people.rita.account.id)
  await db().update(accounts).set({ removing: true }).where(eq(accounts.id, kim.account.id))
  expect(await ritasDisk()).toBe(10)
  expect((await linesOf(people.rita)).length).toBeGreaterThan(5)

  await sumUpSales(db())
  expect(await ritasDisk()).toBe(10)
  expect(await linesOf(people.rita)).toMatchObject([
    { soldValuesId: null, count: 1, summed: true },
    { soldValuesId: expect.any(Number), count: 2, summed: true },
  ])
  expect(await miscounted(db())).toHaveLength(0)

  await sell('cato', 5)
  await sumUpSales(db())
  expect(await ritasDisk()).toBe(15)
  expect(await linesOf(people.rita)).toHaveLength(2)
})

test('a sale that is under way meanwhile is neither lost nor counted twice', async () => {
  await sell('cato', 5)
  await db().transaction(async (tx) => {
    await sell('cato', 5, tx)
    await Promise.all([sumUpSales(db()), sumUpSales(db()), sumUpSales(db())])
    expect(await ritasDisk()).toBe(5)
  })
  expect(await ritasDisk()).toBe(10)
  await Promise.all([sumUpSales(db()), sumUpSales(db())])
  expect(await ritasDisk()).toBe(10)
})

test('a customer that changes hands is counted where it is now, with what it has', async () => {
  await sell('cato', 5)
  await sumUpSales(db())
  const { rita, rolf, cato } = people
  const before = await linesOf(rolf)
  await db()
    .update(accounts)
    .set({ providerId: rolf.account.id })
    .where(eq(accounts.id, cato.account.id))
  await sumUpSales(db())
  expect(await linesOf(rita)).toEqual([])
  expect(await linesOf(rolf)).toHaveLength(before.length + 1)
  expect(await ritasDisk()).toBe(0)
})

test('values that nobody has any more are forgotten a day later, but not if they were sold', async () => {
  const shop = await sell('cato', 5)
  const blog = await sell('cato', 6)
  await sumUpSales(db())
  await change(shop, { values: having(7) })
  await change(blog, { values: having(7) })
  await db().transaction(async (tx) => {
    // finds them before they are marked, and is seen after
    await change(shop, { values: having(7) })
    await sell('cato', 5, tx)
    await sumUpSales(db())
  })
  expect(await disks()).toEqual([
    { disk: 5, unused: true },
    { disk: 6, unused: true },
    { disk: 7, unused: false },
  ])
  await forgetSoldValues(db())
  expect(await disks()).toHaveLength(3)
  expect(await ritasDisk()).toBe(19)

  await db().update(soldValues).set({ unusedSince: sql`unused_since - interval '25 hours'` })
  await forgetSoldValues(db())
  expect(await disks()).toEqual([
    { disk: 5, unused: false },
    { disk: 7, unused: false },
  ])
  expect(await ritasDisk()).toBe(19)
})

async function disks() {
  const rows = await db().select().from(soldValues)
  return rows
    .map(({ values, unusedSince }) => ({ disk: Number(values.disk), unused: unusedSince !== null }))
    .toSorted((one, other) => one.disk - other.disk)
}

test('what was filled while no trigger looked is counted anew', async () => {
  await sell('cato', 5)
  await db().delete(sales)
  expect(await miscounted(db())).not.toHaveLength(0)
  await db().execute(sql`select sales_counted_anew()`)
  expect(await miscounted(db())).toHaveLength(0)
  expect(await ritasDisk()).toBe(5)
})
