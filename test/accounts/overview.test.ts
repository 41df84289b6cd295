import { eq } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { suspendSubscription } from '../../src/subscriptions/suspension.ts'
import { aSubscription, type Cast, cast, password, type Someone } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { loginCalled, sessionIn, type Visitor, webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let ada: Visitor
let rita: Visitor
beforeAll(async () => {
  people = await cast(db())
  ada = await web.as(people.ada)
  rita = await web.as(people.rita)
})

/** What a page says of somebody: label → value, without markup. */
async function facts(who: Visitor, { account }: Pick<Someone, 'account'>) {
  const html = await who.read(`/customers/${account.id}`)
  const pairs = [...html.matchAll(/<dt>([^<]+)<\/dt><dd[^>]*>(.*?)<\/dd>/gs)]
  return Object.fromEntries(
    pairs.map(([, label, value]) => [label, value!.replaceAll(/<[^>]+>/g, '').trim()]),
  )
}

// M-5 to M-11
test('the overview tells who somebody is, in the words of the manual', async () => {
  const { cato } = people
  await db().update(accounts).set({ phone: '+49 30 1234' }).where(eq(accounts.id, cato.account.id))
  expect(await facts(rita, cato)).toMatchObject({
    'Customer ID': String(cato.account.id),
    'User name': 'cato',
    Name: 'Cato',
    'E-mail': 'cato@example.org',
    'Contact number': '+49 30 1234',
    'User level': 'Customer',
  })
  expect(await facts(ada, people.rita)).toMatchObject({ 'User level': 'Reseller' })
  expect(await facts(ada, people.ada)).toMatchObject({ 'User level': 'Administrator' })
})

// M-11, R-8: there is one account of administrators; each of them has a login of it
test('who may make resellers is led to where another administrator is made', async () => {
  const link = `href="/customers/${people.ada.account.id}/logins/new"`
  expect(await ada.read('/customers/new')).toContain(link)
  expect(await rita.read('/customers/new')).not.toContain('Another administrator')
  expect((await ada.get(`/customers/${people.ada.account.id}/logins/new`)).status).toBe(200)
})

// M-6
test('a customer ID belongs to one account, and finds it', async () => {
  const all = await db().select({ id: accounts.id }).from(accounts)
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
  const { id } = people.cato.account
  const found = await rita.read(`/customers?q=${id}`)
  expect(found).toContain(`<td data-label="ID">${id}</td>`)
  expect(found.match(/<tr>\n<th scope="row">/g)).toHaveLength(1)
})

// M-7, M-9, M-10, M-25 to M-27
test('a new customer logs in with the e-mail address as user name', async () => {
  const login = 'nora@example.org'
  const answer = await rita.post('/customers/new', {
    ...{ name: 'Nora Novak', email: login, phone: '555 0100', login, password, repeat: password },
  })
  expect(answer.status).toBe(303)
  const { accountId } = (await loginCalled(db(), login))!
  const [account] = await db().select().from(accounts).where(eq(accounts.id, accountId))
  expect(await facts(rita, { account: account! })).toMatchObject({
    'User name': login,
    'E-mail': login,
    'Contact number': '555 0100',
  })

  const entry = await web.stranger().post('/login', { name: login, password })
  expect((await web.with(sessionIn(entry)).get('/')).status).toBe(200)
})

// M-13, M-14: of what an account has; each number leads to just those
test('what is active and what is suspended is counted, with a link to the list', async () => {
  const { rita: seller, cato, host, ritasGold } = people
  for (const domain of ['one.test', 'two.test', 'three.test']) {
    await aSubscription(db(), cato.account, host, ritasGold, domain)
  }
  const rests = await aSubscription(db(), cato.account, host, ritasGold, 'rests.test')
  await suspendSubscription(db(), seller.actor, rests.id, '')

  expect(await facts(rita, cato)).toMatchObject({
    'Active subscriptions': '3',
    'Suspended subscriptions': '1',
  })
  const page = await rita.read(`/customers/${cato.account.id}`)
  const list = (status: string) => `/subscriptions?account=${cato.account.id}&amp;status=${status}`
  expect(page).toContain(`<a href="${list('active')}">3</a>`)
  expect(page).toContain(`<a href="${list('suspended')}">1</a>`)
  const suspended = await rita.read(list('suspended').replace('&amp;', '&'))
  expect(suspended).toContain('rests.test')
  expect(suspended).not.toContain('one.test')
})
