import { eq } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { Conflict, Forbidden, Invalid, NotFound, Stale } from '../../src/errors.ts'
import type { Values } from '../../src/plans/catalogue.ts'
import type { Terms } from '../../src/plans/contract.ts'
import { GB } from '../../src/plans/property.ts'
import { type Plan, plans, resellers } from '../../src/plans/schema.ts'
import {
  changeContract,
  contractOf,
  previewContract,
  termsOf,
} from '../../src/subscriptions/contract-change.ts'
import { changePlanAndSync, previewChange } from '../../src/subscriptions/plan-sync.ts'
import type { Subscription } from '../../src/subscriptions/schema.ts'
import { valueFields } from '../plans/fields.ts'
import { aPlan, aSubscription, type Cast, cast, reread, type Someone } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { type Visitor, webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let all: Values
let shop: Subscription
let ada: Visitor
beforeEach(async () => {
  await emptied(db())
  people = await cast(db())
  all = (await contract()).values
  const values = { ...people.ritasGold.values, disk: 12 * GB, shell: 'bash' }
  shop = await aSubscription(
    db(),
    people.cato.account,
    people.host,
    people.ritasGold,
    'shop.test',
    { values },
  )
  ada = await web.as(people.ada)
})

const rita = () => people.rita.account
const at = (part: string) => `/customers/${rita().id}/${part}`
const contract = async () => (await contractOf(db(), rita().id))!
const resellerPlan = (name: string, values: Partial<Values>) =>
  aPlan(db(), people.ada.account, name, { ...all, ...values }, 'reseller')
const change = async (terms: Terms, who: Someone = people.ada) => {
  const { fingerprint } = await previewContract(db(), rita(), terms)
  return changeContract(db(), who.actor, rita().id, terms, fingerprint)
}
const edit = async (plan: Plan, values: Partial<Values>) => {
  const wish = {
    ...{ name: plan.name, title: plan.title, hidden: false, notForResellers: false },
    ...{ note: '', version: plan.version, values: { ...plan.values, ...values } },
  }
  const { actor } = people.ada
  const preview = await previewChange(db(), actor, plan.id, wish)
  return changePlanAndSync(db(), actor, plan.id, wish, preview?.fingerprint ?? null)
}

test('the preview tells what changes and what would be too much, and writes nothing', async () => {
  const small = await resellerPlan('Small', { disk: 10 * GB, shell: 'limited' })
  const preview = await previewContract(db(), rita(), { planId: small.id })
  expect(preview.differences).toEqual([
    { label: 'Disk space (MB)', from: 'Unlimited', to: 10_240 },
    { label: 'SSH access', from: 'Bash', to: 'Limited shell' },
  ])
  expect(preview.shortages).toMatchObject([
    { key: 'disk', has: 10 * GB, sold: 12 * GB, adds: true },
    { key: 'shell', has: 'limited', sold: 1, adds: false },
  ])
  expect(await contract()).toMatchObject({ planId: null, values: all })
})

test('a smaller plan takes nothing from customers', async () => {
  const small = await resellerPlan('Small', { disk: 10 * GB })
  await change({ planId: small.id })
  expect(await contract()).toMatchObject({ planId: small.id, values: { disk: 10 * GB } })
  expect(await reread(db(), shop)).toEqual(shop)
})

test('what was shown is done, or nothing', async () => {
  // F-84, F-73
  const small = await resellerPlan('Small', { disk: 10 * GB })
  const terms = { planId: small.id }
  const { fingerprint } = await previewContract(db(), rita(), terms)
  await edit(small, { disk: 5 * GB })
  const late = changeContract(db(), people.ada.actor, rita().id, terms, fingerprint)
  await expect(late).rejects.toThrow(Stale)
  await expect(changeContract(db(), people.ada.actor, rita().id, terms, '')).rejects.toThrow(Stale)
  expect(await contract()).toMatchObject({ planId: null })
})

test('values of its own lock it, and it follows its plan again when unlocked', async () => {
  // P-38, P-40, P-41
  const big = await resellerPlan('Big', { disk: 50 * GB })
  await change({ planId: big.id })
  await change({ values: { ...all, disk: 60 * GB }, lock: true })
  expect(await contract()).toMatchObject({
    planId: big.id,
    locked: true,
    values: { disk: 60 * GB },
  })

  expect(await edit(big, { disk: 40 * GB })).toMatchObject({ followed: 0 })
  expect(await contract()).toMatchObject({ values: { disk: 60 * GB } })
  await change(termsOf(await contract(), big.id))
  expect(await contract()).toMatchObject({ locked: false, values: { disk: 40 * GB } })

  await change(termsOf(await contract(), null))
  expect(await contract()).toMatchObject({ planId: null, locked: false, values: { disk: 40 * GB } })
  await change({ values: all, lock: true })
  expect(await contract()).toMatchObject({ planId: null, locked: false, values: all })
})

test('a hidden plan can be unlocked and synced by who has it, and chosen by nobody else', async () => {
  const big = await resellerPlan('Big', { disk: 50 * GB })
  await change({ planId: big.id })
  await change({ values: all, lock: true })
  await db().update(plans).set({ hidden: true }).where(eq(plans.id, big.id))
  expect(await ada.read(at(`reseller-plan?plan=${big.id}`))).toContain('What changes')
  await change({ planId: big.id })
  expect(await contract()).toMatchObject({ planId: big.id, locked: false })

  await change({ values: all })
  await expect(change({ planId: big.id })).rejects.toThrow(Invalid)
})

test('an edited reseller plan reaches all on it that are not locked', async () => {
  // P-38
  const big = await resellerPlan('Big', {})
  await db().update(resellers).set({ planId: big.id })
  await db()
    .update(resellers)
    .set({ locked: true })
    .where(eq(resellers.accountId, people.rolf.account.id))
  expect(await edit(big, { disk: 10 * GB })).toMatchObject({ followed: 1 })
  expect(await contract()).toMatchObject({ values: { disk: 10 * GB } })
  const rolfs = await contractOf(db(), people.rolf.account.id)
  expect(rolfs).toMatchObject({ values: { disk: 'unlimited' } })
})

test('only an admin changes it, only to what is on offer', async () => {
  const small = await resellerPlan('Small', {})
  await expect(change({ planId: small.id }, people.rita)).rejects.toThrow(Forbidden)
  await expect(change({ planId: small.id }, people.rolf)).rejects.toThrow(NotFound)
  await expect(change({ planId: people.adasGold.id })).rejects.toThrow(Invalid)
  await db().update(plans).set({ hidden: true }).where(eq(plans.id, small.id))
  await expect(change({ planId: small.id })).rejects.toThrow(Invalid)
  const { actor } = people.ada
  const others = changeContract(db(), actor, people.cato.account.id, { values: all }, '')
  await expect(others).rejects.toThrow(Conflict)
})

test('two changes at once: the second is told', async () => {
  const [one, other] = [await resellerPlan('One', {}), await resellerPlan('Other', { disk: GB })]
  const both = await Promise.all(
    [one, other].map(async ({ id: planId }) => {
      const { fingerprint } = await previewContract(db(), rita(), { planId })
      return () => changeContract(db(), people.ada.actor, rita().id, { planId }, fingerprint)
    }),
  )
  const results = await Promise.allSettled(both.map((change) => change()))
  expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
})

test('the page: choose, see, change', async () => {
  const small = await resellerPlan('Small', { disk: 10 * GB })
  expect(await ada.read(`/customers/${rita().id}`)).toContain('Reseller plan')
  expect(await ada.read(at('reseller-plan'))).not.toContain('What changes')
  const shown = await ada.read(at(`reseller-plan?plan=${small.id}`))
  expect(shown).toContain('Too much would be sold:')
  expect(text(shown)).toContain('Disk space: 12 GB of 10 GB')
  const seen = hidden(shown, 'seen')

  expect((await ada.post(at('reseller-plan'), { plan: String(small.id), seen: 'x' })).status).toBe(
    409,
  )
  expect((await ada.post(at('reseller-plan'), { plan: String(small.id) })).status).toBe(422)
  expect((await ada.post(at('reseller-plan'), { plan: '999999', seen })).status).toBe(422)
  const done = await ada.post(at('reseller-plan'), { plan: String(small.id), seen })
  expect(done.headers.get('location')).toBe(at('ledger'))
  expect(text(await ada.read(at('ledger')))).toContain(
    'Too much is sold: Disk space: 12 GB of 10 GB',
  )
  expect(await contract()).toMatchObject({ planId: small.id })
})

test('values of its own: too little is saved only when it was seen', async () => {
  const drawn = hidden(await ada.read(at('reseller-values')), 'drawn')
  const fields = { ...valueFields('reseller', { ...all, disk: 10 * GB }), drawn, seen: '' }
  const warned = await ada.post(at('reseller-values'), fields)
  expect(warned.status).toBe(422)
  const html = await warned.text()
  expect(text(html)).toContain('Disk space: 12 GB of 10 GB')
  expect(html).toContain('value="10240"')
  expect(await contract()).toMatchObject({ values: { disk: 'unlimited' } })

  expect((await ada.post(at('reseller-values'), { ...fields, disk: '1.5' })).status).toBe(422)
  const again = { ...fields, drawn: hidden(html, 'drawn'), seen: hidden(html, 'seen') }
  expect((await ada.post(at('reseller-values'), again)).status).toBe(303)
  expect(await contract()).toMatchObject({ values: { disk: 10 * GB } })
})

test('somebody else has saved meanwhile: both values are shown', async () => {
  // F-73
  const drawn = hidden(await ada.read(at('reseller-values')), 'drawn')
  await change({ values: { ...all, mailboxes: 7 } })
  const fields = { ...valueFields('reseller', { ...all, mailboxes: 9 }), drawn, seen: '' }
  const answer = await ada.post(at('reseller-values'), fields)
  expect(answer.status).toBe(409)
  const html = await answer.text()
  expect(text(html)).toContain('Mailboxes 7 9')
  const again = { ...fields, drawn: hidden(html, 'drawn'), seen: hidden(html, 'seen') }
  expect((await ada.post(at('reseller-values'), again)).status).toBe(303)
  expect(await contract()).toMatchObject({ values: { mailboxes: 9 } })
})

const hidden = (html: string, name: string) =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(html)![1]!
const text = (html: string) =>
  html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(' :', ':')
