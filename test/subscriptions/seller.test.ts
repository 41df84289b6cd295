import { eq } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { subscriptions } from '../../src/subscriptions/schema.ts'
import { aSubscription, type Cast, cast, type Someone, someone } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'

const db = ownDatabase(2)
const web = webApp(db)
let people: Cast
beforeAll(async () => {
  people = await cast(db())
})

/** F-113: a list shows a subscription to whoever sells it at that moment, and to nobody else. */
const sees = async (who: Someone, domain: string) =>
  (await (await web.as(who)).read('/subscriptions')).includes(domain)

/** Rita's, with one subscription that is called like it. */
async function aCustomer(name: string) {
  const { account } = await someone(db(), 'customer', name, people.rita.account.id)
  await aSubscription(db(), account, people.host, people.ritasGold, `${name}.test`)
  return account
}

test('a subscription stands in the list of its provider, and a reseller’s own in its own', async () => {
  const { ada, rita, rolf, host, ritasGold } = people
  await aCustomer('shop')
  await aSubscription(db(), rita.account, host, ritasGold, 'own.test')

  for (const domain of ['shop.test', 'own.test']) {
    expect(await sees(ada, domain)).toBe(true)
    expect(await sees(rita, domain)).toBe(true)
    expect(await sees(rolf, domain)).toBe(false)
  }
})

test('it goes with its customer to another provider at once', async () => {
  const { rita, rolf } = people
  const { id } = await aCustomer('moving')
  await db().update(accounts).set({ providerId: rolf.account.id }).where(eq(accounts.id, id))

  expect(await sees(rita, 'moving.test')).toBe(false)
  expect(await sees(rolf, 'moving.test')).toBe(true)
})

test('a customer who becomes a reseller sells to itself', async () => {
  const { ada, rita } = people
  const { id } = await aCustomer('rising')
  const reseller = { kind: 'reseller', providerId: ada.account.id } as const
  await db().update(accounts).set(reseller).where(eq(accounts.id, id))

  expect(await sees(rita, 'rising.test')).toBe(false)
  const [its] = await db().select().from(subscriptions).where(eq(subscriptions.accountId, id))
  expect(its!.sellerId).toBe(id)
})

test('one that is given to another account changes lists with it', async () => {
  const { rita, rolf, cleo } = people
  const { id } = await aCustomer('given')
  await db()
    .update(subscriptions)
    .set({ accountId: cleo.account.id })
    .where(eq(subscriptions.accountId, id))

  expect(await sees(rita, 'given.test')).toBe(false)
  expect(await sees(rolf, 'given.test')).toBe(true)
})
