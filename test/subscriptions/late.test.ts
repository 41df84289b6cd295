import { beforeEach, expect, test } from 'vitest'
import { setExpiry } from '../../src/subscriptions/expiry.ts'
import { choosePlan } from '../../src/subscriptions/plan-choice.ts'
import type { Subscription } from '../../src/subscriptions/schema.ts'
import { changeShell } from '../../src/subscriptions/shell.ts'
import { aPlan, aSubscription, type Cast, cast, reread } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { type Fields, webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let shop: Subscription
beforeEach(async () => {
  await emptied(db())
  people = await cast(db())
  shop = await aSubscription(db(), people.cato.account, people.host, people.ritasGold, 'shop.test')
})

/** What its form carries, with what is typed into it. */
async function drawn(path: string, typed: Fields) {
  const text = await (await web.as(people.rita)).read(path)
  const seen = /name="seen" value="([^"]*)"/.exec(text)?.[1]
  return { seen: seen!, ...typed }
}
const send = async (path: string, fields: Fields) => (await web.as(people.rita)).post(path, fields)

// F-73
test('a day that somebody else has set meanwhile is shown beside the typed one', async () => {
  const at = `/subscriptions/${shop.id}/expiry`
  const form = await drawn(at, { expiresOn: '2099-05-31' })
  await setExpiry(db(), people.ada.actor, shop.id, '2099-01-31')

  const answer = await send(at, form)
  expect(answer.status).toBe(409)
  const text = await answer.text()
  expect(text).toMatch(/2099-01-31<\/td><td[^>]*>2099-05-31/)
  expect(await reread(db(), shop)).toMatchObject({ expiresOn: '2099-01-31' })

  expect(text).toContain('name="seen" value="2099-01-31"')
  expect((await send(at, { ...form, seen: '2099-01-31' })).status).toBe(303)
  expect(await reread(db(), shop)).toMatchObject({ expiresOn: '2099-05-31' })
})

test('so are a shell and a plan', async () => {
  const { rita, ada } = people
  const shell = `/subscriptions/${shop.id}/shell`
  const bash = await drawn(shell, { shell: 'bash' })
  await changeShell(db(), ada.actor, shop.id, 'limited')
  const first = await send(shell, bash)
  expect(first.status).toBe(409)
  expect(await first.text()).toMatch(/Limited shell<\/td><td[^>]*>Bash/)

  const small = await aPlan(db(), rita.account, 'Small')
  const large = await aPlan(db(), rita.account, 'Large')
  const plan = `/subscriptions/${shop.id}/plan`
  const wish = await drawn(plan, { plan: String(large.id) })
  await choosePlan(db(), rita.actor, shop.id, small.id)
  const second = await send(plan, wish)
  expect(second.status).toBe(409)
  expect(await second.text()).toMatch(/Small<\/td><td[^>]*>Large/)
  expect(await reread(db(), shop)).toMatchObject({ planId: small.id, values: { shell: 'limited' } })
})

test('who wants what is there by now is not late', async () => {
  const at = `/subscriptions/${shop.id}/shell`
  const form = await drawn(at, { shell: 'bash' })
  await changeShell(db(), people.ada.actor, shop.id, 'bash')
  expect((await send(at, form)).status).toBe(303)
})
