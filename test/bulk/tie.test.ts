import { eq } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { undoPreview } from '../../src/bulk/undoing.ts'
import { Invalid } from '../../src/errors.ts'
import { initialValues } from '../../src/plans/catalogue.ts'
import { GB } from '../../src/plans/property.ts'
import { plans, resellers } from '../../src/plans/schema.ts'
import { type Subscription, subscriptionAddOns } from '../../src/subscriptions/schema.ts'
import { suspendSubscription } from '../../src/subscriptions/suspension.ts'
import { discardSubscription } from '../../src/subscriptions/trash.ts'
import { aPlan, aSubscription, type Cast, cast, reread } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'
import { batchOf, doMany, lookAt, undoMany } from './doing.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let shop: Subscription
let blog: Subscription
let big: { id: number }
beforeEach(async () => {
  await emptied(db())
  people = await cast(db())
  const { cato, rita, host, ritasGold } = people
  shop = await aSubscription(db(), cato.account, host, ritasGold, 'shop.test')
  blog = await aSubscription(db(), cato.account, host, ritasGold, 'blog.test', { locked: true })
  big = await aPlan(db(), rita.account, 'Big', { disk: 5 * GB })
})

const ids = () => [shop.id, blog.id]
const plan = (planId: number | null) => ({ change: 'plan', planId })

test('another plan for many, and back to exactly what each had', async () => {
  // P-34
  const { rita } = people
  const seen = await lookAt(db(), rita.actor, 'subscription', 'plan', ids(), plan(big.id))
  expect(seen.going).toMatchObject([{ name: 'blog.test', note: {} }, { name: 'shop.test' }])
  const batchId = await doMany(db(), rita.actor, 'subscription', 'plan', ids(), plan(big.id))
  for (const one of [shop, blog]) {
    expect(await reread(db(), one)).toMatchObject({
      planId: big.id,
      locked: false,
      values: { disk: 5 * GB },
    })
  }

  await undoMany(db(), rita.actor, batchId)
  expect(await reread(db(), shop)).toMatchObject({
    planId: shop.planId,
    locked: false,
    values: shop.values,
  })
  expect(await reread(db(), blog)).toMatchObject({
    planId: blog.planId,
    locked: true,
    values: blog.values,
  })
})

test('what was changed since, or has no plan to go back to, stays', async () => {
  const { rita } = people
  const batchId = await doMany(db(), rita.actor, 'subscription', 'plan', ids(), plan(big.id))
  await doMany(db(), rita.actor, 'subscription', 'plan', [shop.id], {
    change: 'custom',
    planId: null,
  })
  await db().delete(plans).where(eq(plans.id, people.ritasGold.id))
  const { left } = await undoPreview(db(), rita.actor, await batchOf(db(), batchId))
  expect(left.map(({ name, obstacle }) => [name, obstacle!.sentence])).toEqual([
    ['shop.test', 'It was changed since.'],
    ['blog.test', 'Its former plan is not there any more.'],
  ])
})

test('undoing gives away no more than there is', async () => {
  //
  const { rita } = people
  const batchId = await doMany(db(), rita.actor, 'subscription', 'plan', ids(), plan(big.id))
  const up = await doMany(
    db(),
    rita.actor,
    'subscription',
    'plan',
    ids(),
    plan(people.ritasGold.id),
  )
  await db()
    .update(resellers)
    .set({ values: { ...initialValues('reseller'), disk: 3 * GB } })
    .where(eq(resellers.accountId, rita.account.id))
  await expect(undoMany(db(), rita.actor, up)).rejects.toThrow(Invalid)
  expect(await reread(db(), shop)).toMatchObject({ planId: people.ritasGold.id })
  expect(batchId).toBeLessThan(up)
})

test('an add-on for many, undone', async () => {
  const { rita } = people
  const more = await aPlan(
    db(),
    rita.account,
    'More',
    { ...initialValues('add-on'), disk: GB },
    'add-on',
  )
  const add = { change: 'add', planId: more.id }
  const batchId = await doMany(db(), rita.actor, 'subscription', 'plan', [shop.id], add)
  expect(await reread(db(), shop)).toMatchObject({
    values: { disk: Number(shop.values.disk) + GB },
  })
  await undoMany(db(), rita.actor, batchId)
  expect(await reread(db(), shop)).toMatchObject({ values: shop.values })
  expect(await db().$count(subscriptionAddOns)).toBe(0)
})

test('nobody is left out without a reason', async () => {
  const { rita, rolf } = people
  await discardSubscription(db(), rita.actor, shop.id)
  await suspendSubscription(db(), rita.actor, blog.id, '')
  const seen = await lookAt(db(), rita.actor, 'subscription', 'plan', ids(), plan(null))
  expect(seen.left.map(({ obstacle }) => obstacle!.sentence)).toEqual([
    'Choose from the list.',
    'It is in the trash.',
  ])
  const foreign = plan(people.rolfsGold.id)
  const there = await lookAt(db(), rita.actor, 'subscription', 'plan', [blog.id], foreign)
  expect(there.left).toMatchObject([
    { obstacle: { sentence: 'This plan is not on offer for it.' } },
  ])
  await expect(
    lookAt(db(), rolf.actor, 'subscription', 'plan', ids(), plan(big.id)),
  ).rejects.toThrow('Choose something in the list first.')
})

test('the page asks which, previews, and changes', async () => {
  const rita = await web.as(people.rita)
  const fields = { id: ids().map(String), action: 'plan' }
  const address = (await rita.post('/subscriptions/bulk', fields)).headers.get('location')!
  const at = address.split('?')[0]!
  const seenIn = (html: string) => /name="seen" value="([^"]*)"/.exec(html)![1]!
  const first = await rita.read(address)
  expect(first).toContain('>Preview</button>')
  const chosen = { action: 'plan', change: 'plan', plan: String(big.id), addOn: '' }
  const preview = await (await rita.post(at, { ...chosen, seen: seenIn(first) })).text()
  expect(preview).toContain('This will happen to 2 of 2')
  const done = await rita.post(at, { ...chosen, seen: seenIn(preview) })
  expect(done.headers.get('location')).toMatch(/^\/batches/)
  expect(await reread(db(), shop)).toMatchObject({ planId: big.id })
})
