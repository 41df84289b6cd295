import { eq } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { initialValues } from '../../src/plans/catalogue.ts'
import { GB } from '../../src/plans/property.ts'
import { resellers } from '../../src/plans/schema.ts'
import type { Subscription } from '../../src/subscriptions/schema.ts'
import { aPlan, aSubscription, type Cast, cast, reread } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { type Visitor, webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let ada: Visitor
let shop: Subscription
let blog: Subscription
let big: { id: number }
beforeEach(async () => {
  await emptied(db())
  people = await cast(db())
  const { cato, rolf, host, ritasGold } = people
  shop = await aSubscription(db(), cato.account, host, ritasGold, 'shop.test')
  blog = await aSubscription(db(), cato.account, host, ritasGold, 'blog.test')
  big = await aPlan(db(), rolf.account, 'Big', { disk: 5 * GB })
  ada = await web.as(people.ada)
})

const at = () => `/customers/${people.cato.account.id}/move`
const chosen = () => ({
  to: String(people.rolf.account.id),
  [`plan.${shop.id}`]: String(big.id),
  [`plan.${blog.id}`]: '',
})
const seenIn = (html: string) => /name="seen" value="([^"]*)"/.exec(html)![1]!
const providerOf = async () =>
  (await db().select().from(accounts).where(eq(accounts.id, people.cato.account.id)))[0]!.providerId

test('says what each subscription gains and loses, and moves with a plan for each', async () => {
  // P-26, R-19
  expect(await ada.read(`/customers/${people.cato.account.id}`)).toContain('Provider: Change')
  const first = await ada.read(`${at()}?to=${people.rolf.account.id}`)
  expect(first).toContain('It keeps what it has.')

  const preview = await ada.post(at(), { ...chosen(), seen: seenIn(first) })
  expect(preview.status).toBe(200)
  const html = await preview.text()
  expect(html).toContain('Disk space (MB): 1,024 → 5,120')
  expect(html).toContain('Rolf has room for all of it.')
  expect(await providerOf()).toBe(people.rita.account.id)

  const done = await ada.post(at(), { ...chosen(), seen: seenIn(html) })
  expect(done.headers.get('location')).toMatch(/^\/batches\/\d+$/)
  expect(await providerOf()).toBe(people.rolf.account.id)
  expect(await reread(db(), shop)).toMatchObject({ planId: big.id, values: { disk: 5 * GB } })
  expect(await reread(db(), blog)).toMatchObject({ planId: null, values: blog.values })
  expect(await ada.read(done.headers.get('location')!)).toContain('Undo')
  // twice
  const again = await ada.post(at(), { ...chosen(), seen: seenIn(html) })
  expect(again.status).toBe(409)
})

test('a form that nobody touched does what it shows', async () => {
  const html = await ada.read(`${at()}?to=${people.rolf.account.id}`)
  const fields = { ...chosen(), [`plan.${shop.id}`]: '', seen: seenIn(html) }
  expect((await ada.post(at(), fields)).status).toBe(303)
  expect(await providerOf()).toBe(people.rolf.account.id)
})

test('says in numbers what the new provider has not', async () => {
  await db()
    .update(resellers)
    .set({ values: { ...initialValues('reseller'), disk: GB } })
    .where(eq(resellers.accountId, people.rolf.account.id))
  const html = await ada.read(`${at()}?to=${people.rolf.account.id}`)
  expect(html).toContain('2,048 are needed, but Rolf has only 1,024 of 1,024 left.')
  expect(html).not.toContain('>Move</button>')
  const answer = await ada.post(at(), { ...chosen(), seen: '' })
  expect(answer.status).toBe(422)
  expect(await providerOf()).toBe(people.rita.account.id)
})

test('bad input changes nothing', async () => {
  for (const wrong of [
    { to: '' },
    { ...chosen(), to: String(people.cleo.account.id) },
    { ...chosen(), 'plan.x': '' },
    { ...chosen(), [`plan.${shop.id}`]: String(people.ritasGold.id) },
  ]) {
    expect((await ada.post(at(), { seen: '', ...wrong })).status).toBe(422)
  }
  expect(await providerOf()).toBe(people.rita.account.id)
})
