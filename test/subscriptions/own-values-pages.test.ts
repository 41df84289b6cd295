import { beforeEach, expect, test } from 'vitest'
import { initialValues } from '../../src/plans/catalogue.ts'
import { GB } from '../../src/plans/property.ts'
import { addAddOn } from '../../src/subscriptions/add-ons.ts'
import { choosePlan } from '../../src/subscriptions/plan-choice.ts'
import type { Subscription } from '../../src/subscriptions/schema.ts'
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
  const form = { phpVersion: '8.3', version: await version() }
  for (const more of [{ disk: '1' }, { mayChangeMail: 'on' }, { accountId: '1' }]) {
    expect((await cato.post(url, { ...form, ...more })).status).toBe(422)
  }
  for (const phpVersion of ['9.9', '', '8.3;id']) {
    expect((await cato.post(url, { ...form, phpVersion })).status).toBe(422)
  }
  expect((await cato.post(url, { ...form, lock: 'on' })).status).toBe(303)
  expect(await reread(db(), shop)).toMatchObject({ locked: false, values: { phpVersion: '8.3' } })

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

test('an empty number is no zero', async () => {
  // F-27
  const rita = await web.as(people.rita)
  const url = `/subscriptions/${shop.id}/values`
  expect((await rita.post(url, { version: '1', disk: '' })).status).toBe(422)
  expect(await reread(db(), shop)).toMatchObject({ generation: 1, values: { disk: GB } })
})
