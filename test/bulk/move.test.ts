import { eq } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import type { Move } from '../../src/bulk/moving.ts'
import { undoPreview } from '../../src/bulk/undoing.ts'
import { Invalid, NotFound } from '../../src/errors.ts'
import { jobs } from '../../src/jobs/schema.ts'
import { initialValues, type Values } from '../../src/plans/catalogue.ts'
import { GB } from '../../src/plans/property.ts'
import { plans, resellers } from '../../src/plans/schema.ts'
import { findSubscription } from '../../src/subscriptions/access.ts'
import {
  overrides,
  type Subscription,
  subscriptionAddOns,
  subscriptions,
} from '../../src/subscriptions/schema.ts'
import { suspendAccount } from '../../src/subscriptions/suspension.ts'
import { aPlan, aSubscription, type Cast, cast, reread } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'
import { batchOf, doMany, lookAt, undoMany } from './doing.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let shop: Subscription
let blog: Subscription
beforeEach(async () => {
  await emptied(db())
  people = await cast(db())
  const { cato, host, ritasGold } = people
  shop = await aSubscription(db(), cato.account, host, ritasGold, 'shop.test')
  blog = await aSubscription(db(), cato.account, host, null, 'blog.test')
})

const move = (more: Partial<Move> = {}): Move => ({
  to: people.rolf.account.id,
  plan: null,
  each: [],
  own: [],
  ...more,
})
const accountOf = async (id = people.cato.account.id) =>
  (await db().select().from(accounts).where(eq(accounts.id, id)))[0]!
const limit = (values: Partial<Values>) =>
  db()
    .update(resellers)
    .set({ values: { ...initialValues('reseller'), ...values } })
    .where(eq(resellers.accountId, people.rolf.account.id))
const moved = (options = move()) =>
  doMany(db(), people.ada.actor, 'account', 'move', [people.cato.account.id], options)
const looked = (options = move()) =>
  lookAt(db(), people.ada.actor, 'account', 'move', [people.cato.account.id], options)

test('Custom keeps the values, and the old provider sees nothing any more', async () => {
  // P-25, P-27, R-19, F-112
  const { rita, rolf, cato } = people
  const visitor = await web.as(cato)
  await moved()

  expect(await accountOf()).toMatchObject({ providerId: rolf.account.id })
  expect(await reread(db(), shop)).toMatchObject({
    planId: null,
    values: shop.values,
    generation: shop.generation,
  })
  await expect(findSubscription(db(), rita.actor, shop.id)).rejects.toThrow(NotFound)
  expect((await findSubscription(db(), rolf.actor, shop.id)).account.id).toBe(cato.account.id)
  expect((await visitor.get('/')).status).toBe(200)
  expect(await db().$count(jobs)).toBe(0)
})

test('with a plan of the new provider, hosts are told what differs', async () => {
  // P-26
  const big = await aPlan(db(), people.rolf.account, 'Big', { disk: 5 * GB })
  await moved(move({ plan: big.id }))
  for (const one of [shop, blog]) {
    expect(await reread(db(), one)).toMatchObject({ planId: big.id, values: { disk: 5 * GB } })
  }
  expect(await db().$count(jobs)).toBe(2)
})

test('refused with the numbers where the new provider lacks room', async () => {
  //
  await limit({ customers: 1 })
  await expect(looked()).rejects.toThrow(Invalid)
  await limit({ disk: GB })
  const refusal = await looked().catch((error: Invalid) => error)
  expect(refusal).toMatchObject({ field: 'to', words: { name: 'Rolf', limit: 1024, free: 1024 } })
  await limit({ disk: GB, oversell: true })
  expect((await looked()).going).toHaveLength(1)
})

test('what the new provider was not given itself cannot be kept', async () => {
  await db()
    .update(subscriptions)
    .set({ values: { ...shop.values, shell: 'bash' } })
    .where(eq(subscriptions.id, shop.id))
  await limit({ shell: 'off' })
  const { left } = await looked()
  expect(left).toMatchObject([
    { name: 'Cato', obstacle: { sentence: expect.stringContaining('Choose a plan') } },
  ])
  expect((await looked(move({ plan: people.rolfsGold.id }))).going).toHaveLength(1)
})

test('a suspension by the old reseller stays; its own does not move along', async () => {
  //
  const { ada, rita, rolf } = people
  await suspendAccount(db(), rita.actor, people.cato.account.id, 'Unpaid')
  await suspendAccount(db(), ada.actor, rita.account.id, 'Bankrupt')
  await moved()
  expect(await accountOf()).toMatchObject({ suspended: true })
  await doMany(db(), rolf.actor, 'account', 'activate', [people.cato.account.id])
  expect(await accountOf()).toMatchObject({ suspended: false })
  expect(await reread(db(), shop)).toMatchObject({ suspended: false })
})

test('undone, everything is as it was: provider, plan, add-ons, overrides, description', async () => {
  const { ada, rita, rolf } = people
  const more = await aPlan(
    db(),
    rita.account,
    'More',
    { ...initialValues('add-on'), disk: GB },
    'add-on',
  )
  await db().insert(subscriptionAddOns).values({ subscriptionId: shop.id, planId: more.id })
  const own = { subscriptionId: shop.id, property: 'mailboxes', authorName: 'rita', reason: 'Paid' }
  await db()
    .insert(overrides)
    .values({ ...own, value: 77 })
  const values = { ...shop.values, disk: Number(shop.values.disk) + GB, mailboxes: 77 }
  await db().update(subscriptions).set({ values }).where(eq(subscriptions.id, shop.id))
  await db()
    .update(accounts)
    .set({ description: 'Pays late' })
    .where(eq(accounts.id, people.cato.account.id))
  const extra = await db().select().from(overrides)

  const batchId = await moved(move({ plan: people.rolfsGold.id }))
  expect(await accountOf()).toMatchObject({ description: '' })
  expect(await db().$count(subscriptionAddOns)).toBe(0)

  await undoMany(db(), ada.actor, batchId)
  expect(await accountOf()).toMatchObject({
    providerId: rita.account.id,
    description: 'Pays late',
  })
  const back = { sellerId: rita.account.id, planId: people.ritasGold.id, values }
  expect(await reread(db(), shop)).toMatchObject(back)
  expect(await reread(db(), blog)).toMatchObject({ planId: null, values: blog.values })
  expect(await db().select().from(overrides)).toEqual(extra)
  expect(await db().select().from(subscriptionAddOns)).toEqual([
    { subscriptionId: shop.id, planId: more.id },
  ])
  expect(rolf.account.id).not.toBe(rita.account.id)
})

test('what cannot be undone says why', async () => {
  const { ada, cato, host } = people
  const batchId = await moved()
  await aSubscription(db(), cato.account, host, null, 'new.test')
  const why = async () =>
    (await undoPreview(db(), ada.actor, await batchOf(db(), batchId))).left[0]?.obstacle?.sentence
  expect(await why()).toBe('It has got more since.')
  await db().delete(subscriptions).where(eq(subscriptions.domain, 'new.test'))
  await db().update(subscriptions).set({ version: 99 }).where(eq(subscriptions.id, shop.id))
  expect(await why()).toBe('It was changed since.')
})

test('who cannot be moved, and by whom', async () => {
  // F-114
  const { ada, rita, rolf, cato, cleo } = people
  const ids = [ada, rita, cato, cleo].map(({ account }) => account.id)
  const seen = await lookAt(db(), ada.actor, 'account', 'move', ids, move())
  expect(seen.left.map(({ name, obstacle }) => [name, obstacle!.sentence])).toEqual([
    ['Ada', 'It is an administrator.'],
    ['Cleo', 'It belongs there already.'],
    ['Rita', 'It is a reseller, and there are no resellers below resellers.'],
  ])
  const hers = await lookAt(db(), rita.actor, 'account', 'move', [cato.account.id], move())
  expect(hers.left).toMatchObject([{ obstacle: { sentence: 'Only an admin can do this.' } }])
  await expect(looked(move({ to: cleo.account.id }))).rejects.toThrow(Invalid)
  await expect(looked(move({ plan: people.ritasGold.id }))).rejects.toThrow(Invalid)
  expect(
    (await lookAt(db(), ada.actor, 'account', 'move', [cato.account.id], move({ to: null }))).left,
  ).toHaveLength(1)
  expect(rolf.account.id).toBeGreaterThan(0)
})

test('a reseller by now does not come back below a reseller', async () => {
  const { ada, cato } = people
  const batchId = await moved(move({ to: ada.account.id }))
  await doMany(db(), ada.actor, 'account', 'convert', [cato.account.id], { plan: null, each: [] })
  const { left } = await undoPreview(db(), ada.actor, await batchOf(db(), batchId))
  expect(left[0]?.obstacle?.sentence).toBe(
    'It is a reseller, and there are no resellers below resellers.',
  )
})

test('what the old provider has sold is no limit to what the new one gives', async () => {
  const { rita, rolf, rolfsGold } = people
  const values = { ...initialValues('reseller'), disk: Number(shop.values.disk), oversell: false }
  await db().update(resellers).set({ values }).where(eq(resellers.accountId, rita.account.id))
  await db()
    .update(plans)
    .set({ values: { ...rolfsGold.values, disk: Number(values.disk) + GB } })
    .where(eq(plans.id, rolfsGold.id))

  await moved(move({ plan: rolfsGold.id }))
  const now = await reread(db(), shop)
  expect(now).toMatchObject({ sellerId: rolf.account.id, values: { disk: values.disk + GB } })
})

test('to an administrator, who has no limits', async () => {
  await moved(move({ to: people.ada.account.id }))
  expect(await accountOf()).toMatchObject({ providerId: people.ada.account.id })
})
