import { beforeEach, expect, test } from 'vitest'
import { suspendAccount } from '../../src/subscriptions/suspension.ts'
import { aLogin, aSubscription, type Cast, cast, type Someone } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
beforeEach(async () => {
  await emptied(db())
  people = await cast(db())
})

const address = ({ account }: Someone) => `/customers/${account.id}/suspension`
const read = async (who: Someone, path: string) => (await web.as(who)).read(path)
const canActivate = 'name="status" value="active"'
const canSuspend = 'name="status" value="suspended"'

// P-17, P-20, R-4
test('only what would change something is offered', async () => {
  const { ada, rita, cato } = people
  expect(await read(rita, address(cato))).toContain(canSuspend)
  expect(await read(rita, address(cato))).not.toContain(canActivate)

  await suspendAccount(db(), rita.actor, cato.account.id, 'Unpaid')
  expect(await read(rita, address(cato))).toContain(canActivate)
  expect(await read(rita, address(cato))).not.toContain(canSuspend)
  // an admin has a reason of its own to add
  expect(await read(ada, address(cato))).toContain(canSuspend)
})

// activating a customer does not bring its reseller back
test('a reason is lifted where it was said, and its line leads there', async () => {
  const { ada, rita, cato } = people
  const shop = await aSubscription(db(), cato.account, people.host, people.ritasGold, 'shop.test')
  await suspendAccount(db(), ada.actor, rita.account.id, 'Bankrupt')
  const page = await read(ada, address(cato))
  expect(page).toContain(`<a href="${address(rita)}">You can lift this.</a>`)
  expect(page).not.toContain(canActivate)

  await suspendAccount(db(), rita.actor, cato.account.id, 'Unpaid')
  const below = await read(ada, `/subscriptions/${shop.id}/suspension`)
  expect(below).toContain(`<a href="${address(cato)}">You can lift this.</a>`)
  expect(below).not.toContain(canActivate)
})

//
test('a login that only reads is not told that it can lift anything', async () => {
  const { rita, cato } = people
  await suspendAccount(db(), rita.actor, cato.account.id, 'Unpaid')
  const reader = await aLogin(db(), rita, 'reader', 'read')
  const page = `/customers/${cato.account.id}`
  expect(await read(rita, page)).toContain('You can lift this.')
  expect(await read(reader, page)).not.toContain('You can lift this.')
})

// P-13, P-14
test('suspending a reseller says how many customers go with it', async () => {
  const { ada, rita, cato } = people
  expect(await read(ada, address(rita))).toContain('of this reseller and its 1 customer can log in')
  expect(await read(ada, address(cato))).toContain('Nobody of this account can log in')
})
