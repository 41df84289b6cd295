import { eq } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { auditEntries } from '../../src/audit/schema.ts'
import { Forbidden, Invalid, NotFound } from '../../src/errors.ts'
import { jobs } from '../../src/jobs/schema.ts'
import { initialValues, type Values } from '../../src/plans/catalogue.ts'
import { GB } from '../../src/plans/property.ts'
import { type Plan, resellers } from '../../src/plans/schema.ts'
import { addAddOn, addOnsOf, removeAddOn } from '../../src/subscriptions/add-ons.ts'
import { choosePlan } from '../../src/subscriptions/plan-choice.ts'
import { type Subscription, subscriptions } from '../../src/subscriptions/schema.ts'
import { aPlan, aSubscription, type Cast, cast, reread, type Someone } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let shop: Subscription
let more: Plan
beforeEach(async () => {
  await emptied(db())
  people = await cast(db())
  shop = await aSubscription(db(), people.cato.account, people.host, people.ritasGold, 'shop.test')
  more = await anAddOn(people.rita, 'More', { disk: GB })
})

const anAddOn = ({ account }: Someone, name: string, values: Partial<Values>) =>
  aPlan(db(), account, name, { ...initialValues('add-on'), ...values }, 'add-on')
const names = async () => (await addOnsOf(db(), shop)).map(({ name }) => name)

test('add-ons raise what the plan gives, and without them it is as before', async () => {
  // P-31, P-35
  const shell = await anAddOn(people.rita, 'Shell', { shell: 'bash', php: true })
  await addAddOn(db(), people.rita.actor, shop.id, more.id)
  const job = await addAddOn(db(), people.rita.actor, shop.id, shell.id)

  expect(await names()).toEqual(['More', 'Shell'])
  expect(await reread(db(), shop)).toMatchObject({ values: { disk: 2 * GB, shell: 'bash' } })
  expect(await db().select().from(jobs)).toMatchObject([{ id: job, priority: 0 }])

  await removeAddOn(db(), people.rita.actor, shop.id, more.id)
  await removeAddOn(db(), people.rita.actor, shop.id, shell.id)
  expect(await names()).toEqual([])
  expect(await reread(db(), shop)).toMatchObject({ values: shop.values })
  expect(await removeAddOn(db(), people.rita.actor, shop.id, shell.id)).toBeNull()

  const trail = await db().select().from(auditEntries).where(eq(auditEntries.objectId, shop.id))
  expect(trail.map(({ action }) => action)).toEqual([
    'subscription.add_on_added',
    'subscription.add_on_added',
    'subscription.add_on_removed',
    'subscription.add_on_removed',
  ])
})

test('each once, also when two ask at once', async () => {
  // P-31
  const both = await Promise.allSettled([
    addAddOn(db(), people.rita.actor, shop.id, more.id),
    addAddOn(db(), people.ada.actor, shop.id, more.id),
  ])
  expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(await names()).toEqual(['More'])
  expect(await reread(db(), shop)).toMatchObject({ values: { disk: 2 * GB } })
})

test('a custom subscription has none, and one made custom loses them but keeps the values', async () => {
  // P-32, P-36
  await addAddOn(db(), people.rita.actor, shop.id, more.id)
  await choosePlan(db(), people.rita.actor, shop.id, null)
  expect(await names()).toEqual([])
  expect(await reread(db(), shop)).toMatchObject({ planId: null, values: { disk: 2 * GB } })
  await expect(addAddOn(db(), people.rita.actor, shop.id, more.id)).rejects.toThrow(Invalid)
})

test('a locked one keeps its values', async () => {
  // P-40
  await db().update(subscriptions).set({ locked: true }).where(eq(subscriptions.id, shop.id))
  expect(await addAddOn(db(), people.rita.actor, shop.id, more.id)).toBeNull()
  expect(await reread(db(), shop)).toMatchObject({ values: { disk: GB }, generation: 1 })
})

test('no more than is left to sell, and nothing the reseller has not', async () => {
  // R-23, F-114
  const sell = (values: Partial<Values>) =>
    db()
      .update(resellers)
      .set({ values: { ...initialValues('reseller'), ...values } })
      .where(eq(resellers.accountId, people.rita.account.id))
  await sell({ disk: GB + 1 })
  await expect(addAddOn(db(), people.rita.actor, shop.id, more.id)).rejects.toThrow(/has only/)

  await sell({ perl: false })
  const perl = await anAddOn(people.rita, 'Perl', { perl: true })
  await expect(addAddOn(db(), people.rita.actor, shop.id, perl.id)).rejects.toThrow(Invalid)
  expect(await names()).toEqual([])
  expect(await reread(db(), shop)).toMatchObject({ values: { disk: GB }, generation: 1 })
})

test('main plans, hidden ones and those of others are no add-ons', async () => {
  // F-110, F-114
  const rolfs = await anAddOn(people.rolf, 'Rolfs', {})
  for (const plan of [rolfs, people.ritasGold]) {
    await expect(addAddOn(db(), people.rita.actor, shop.id, plan.id)).rejects.toThrow(Invalid)
  }
  await expect(addAddOn(db(), people.cato.actor, shop.id, more.id)).rejects.toThrow(Forbidden)
  for (const { actor } of [people.rolf, people.cleo]) {
    await expect(addAddOn(db(), actor, shop.id, more.id)).rejects.toThrow(NotFound)
    await expect(removeAddOn(db(), actor, shop.id, more.id)).rejects.toThrow(NotFound)
  }
})

test('the page says what a custom one lacks, and refuses odd forms', async () => {
  const rita = await web.as(people.rita)
  const url = `/subscriptions/${shop.id}/add-ons`
  const add = { change: 'add', plan: String(more.id) }
  expect((await rita.post(url, add)).headers.get('location')).toBe(url)
  expect((await rita.post(url, add)).status).toBe(422)
  for (const odd of [{}, { ...add, change: 'steal' }, { ...add, price: '1' }]) {
    expect((await rita.post(url, odd)).status).toBe(422) // F-82, F-83
  }
  expect(await rita.read(`/subscriptions/${shop.id}`)).toContain('More')
  await choosePlan(db(), people.rita.actor, shop.id, null)
  expect(await rita.read(url)).toContain('Add-ons need a plan')
})
