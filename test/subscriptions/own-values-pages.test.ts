import { eq } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { hosts } from '../../src/hosts/schema.ts'
import { initialValues } from '../../src/plans/catalogue.ts'
import { GB, MB } from '../../src/plans/property.ts'
import { plans, resellers } from '../../src/plans/schema.ts'
import { addAddOn } from '../../src/subscriptions/add-ons.ts'
import { choosePlan } from '../../src/subscriptions/plan-choice.ts'
import { conflicts, type Subscription, subscriptions } from '../../src/subscriptions/schema.ts'
import { aPlan, aSubscription, type Cast, cast, reread } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let shop: Subscription
beforeEach(async () => {
  await emptied(db())
  people = await cast(db())
  const free = await aPlan(db(), people.rita.account, 'Free', { mayChangePhp: true, imap: true })
  shop = await aSubscription(db(), people.cato.account, people.host, free, 'shop.test')
})

const version = async () => String((await reread(db(), shop))!.version)

test('a customer’s form has its own fields and no others', async () => {
  // F-82, F-83, P-46
  const cato = await web.as(people.cato)
  const url = `/subscriptions/${shop.id}/settings`
  const sizes = { phpMemory: '64', phpUpload: '16' }
  const form = { phpVersion: '8.3', ...sizes, version: await version() }
  const much = await cato.post(url, { ...form, phpMemory: '129' }) // P-47
  expect([much.status, await much.text()]).toEqual([422, expect.stringContaining('At most 128')])
  for (const more of [{ disk: '1' }, { mayChangeMail: 'on' }, { accountId: '1' }]) {
    expect((await cato.post(url, { ...form, ...more })).status).toBe(422)
  }
  for (const phpVersion of ['9.9', '', '8.3;id']) {
    expect((await cato.post(url, { ...form, phpVersion })).status).toBe(422)
  }
  expect((await cato.post(url, { ...form, lock: 'on' })).status).toBe(303)
  expect(await reread(db(), shop)).toMatchObject({
    locked: false,
    values: { phpVersion: '8.3', phpMemory: 64 * MB },
  })

  const stale = await cato.post(url, { ...form, phpVersion: '8.4' }) // F-73
  expect(stale.status).toBe(409)
  expect(await stale.text()).toMatch(/8\.3[\s\S]*8\.4/)
  expect((await cato.post(`/subscriptions/${shop.id}/values`, form)).status).toBe(403)
})

test('what is off says who decides', async () => {
  const cato = await web.as(people.cato)
  const read = () => cato.read(`/subscriptions/${shop.id}/settings`)
  expect(await read()).toContain('The plan Free decides this.')

  const pop = { ...initialValues('add-on'), pop3: true }
  const addOn = await aPlan(db(), people.rita.account, 'Post', pop, 'add-on')
  await addAddOn(db(), people.rita.actor, shop.id, addOn.id)
  expect(await read()).toContain('The add-on Post decides this.')

  await choosePlan(db(), people.rita.actor, shop.id, null)
  expect(await read()).toContain('Your provider decides this for this subscription.')
})

test('what is off says so when it is the host or the reseller plan', async () => {
  const cato = await web.as(people.cato)
  const settings = `/subscriptions/${shop.id}/settings`
  await db().insert(conflicts).values({
    subscriptionId: shop.id,
    property: 'spamFilter',
    wanted: true,
    available: false,
    remedy: 'x',
  })
  const short = { unsynced: true, values: { ...shop.values, spamFilter: true } }
  await db().update(subscriptions).set(short).where(eq(subscriptions.id, shop.id))
  expect(await cato.read(settings)).toContain('The host sandbox decides this: it cannot give more.')

  // a cap that leaves less, but not nothing
  const cap = { ...initialValues('reseller'), shell: 'limited' }
  const { id } = people.rita.account
  await db().update(resellers).set({ values: cap }).where(eq(resellers.accountId, id))
  const wide = { ...shop.values, shell: 'bash' }
  await db().update(plans).set({ values: wide }).where(eq(plans.id, shop.planId!))
  expect(await cato.read(settings)).toContain('The reseller plan of your provider decides this.')

  const page = await cato.read(`/subscriptions/${shop.id}`)
  expect(page).toMatch(
    /Change shell<\/span>[\s\S]*?The reseller plan of your provider decides this/,
  )
  expect(page).toContain('Where nothing else is said: The plan Free decides this.')
  expect(page).toContain('The host sandbox decides this')
  // one domain is all there may be
  expect(page).not.toContain('aria-label="Add: Domains"')
})

test('a shell that cannot be chosen says why', async () => {
  const shell = `/subscriptions/${shop.id}/shell`
  const rita = await web.as(people.rita)
  const off = /value="bash"[^>]* disabled/
  expect(await rita.read(shell)).not.toMatch(off)

  const cap = { ...initialValues('reseller'), shell: 'limited' }
  const { id } = people.rita.account
  await db().update(resellers).set({ values: cap }).where(eq(resellers.accountId, id))
  const text = await rita.read(shell)
  expect(text).toMatch(off)
  expect(text).toContain('At most Limited shell can be sold: the provider gave no more.')

  const facts = { ...people.host.facts!, provides: [] }
  await db().update(hosts).set({ facts }).where(eq(hosts.id, people.host.id))
  expect(await rita.read(shell)).toContain('The host sandbox has no limits for shells')
})

test('an empty number is no zero', async () => {
  // F-27
  const rita = await web.as(people.rita)
  const url = `/subscriptions/${shop.id}/values`
  expect((await rita.post(url, { version: '1', disk: '' })).status).toBe(422)
  expect(await reread(db(), shop)).toMatchObject({ generation: 1, values: { disk: GB } })
})
