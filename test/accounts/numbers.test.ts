import { eq } from 'drizzle-orm'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { accounts, logins } from '../../src/accounts/schema.ts'
import { sessions } from '../../src/auth/schema.ts'
import { messages } from '../../src/messages/schema.ts'
import { suspendAccount } from '../../src/subscriptions/suspension.ts'
import {
  aMailServer,
  aSubscription,
  type Cast,
  cast,
  type Someone,
  someone,
} from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { sessionIn, type Visitor, webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let rita: Visitor
let cato: Someone
let number = 0
beforeAll(async () => {
  people = await cast(db())
  await aMailServer(db())
  rita = await web.as(people.rita)
})
beforeEach(async () => {
  cato = await someone(db(), 'customer', `cato${++number}`, people.rita.account.id)
})
const url = (below = '') => `/customers/${cato.account.id}${below}`

// M-1, M-2, M-24
test('one login for all a customer has, and where each keeps its files', async () => {
  const { host, ritasGold } = people
  await aSubscription(db(), cato.account, host, ritasGold, `one${number}.test`)
  await aSubscription(db(), cato.account, host, ritasGold, `two${number}.test`)
  const himself = await web.as(cato)

  const page = await himself.read(url())
  for (const name of [`one${number}`, `two${number}`]) {
    expect(page).toContain(`<code>/home/${name}test</code>`)
    expect(await himself.read('/subscriptions')).toContain(`${name}.test`)
  }
  expect(await db().$count(logins, eq(logins.accountId, cato.account.id))).toBe(1)
})

// M-41, M-42, M-43, F-57: the link that nobody else ever knows the password of comes first
test('a provider can reset a password, by a link first', async () => {
  const overview = await rita.read(url())
  const [link, reset] = [
    overview.indexOf('Mail a reset link'),
    overview.indexOf('Reset and mail password'),
  ]
  expect(link).toBeGreaterThan(0)
  expect(reset).toBeGreaterThan(link)
  expect(overview).toContain('Manage account details')

  const wish = { login: cato.login.name, password: 'nine wet dogs on a hill' }
  const unlike = await rita.post(url('/login'), { ...wish, repeat: 'nine wet dogs on a hilL' })
  expect(unlike.status).toBe(422)
  const answer = await rita.post(url('/login'), { ...wish, repeat: wish.password, notify: 'on' })
  expect(answer.status).toBe(303)
  const entry = await web.stranger().post('/login', { name: wish.login, password: wish.password })
  expect((await web.with(sessionIn(entry)).get('/')).status).toBe(200)
  const told = await db().select().from(messages).where(eq(messages.accountId, cato.account.id))
  expect(told.map(({ template }) => template)).toEqual(['passwordChanged'])
  expect(JSON.stringify(told)).not.toContain(wish.password)
})

// F-106, P-13: what is sent after the suspension is not done
test('who is suspended with a session open does nothing more in it', async () => {
  const himself = await web.as(cato)
  await suspendAccount(db(), people.rita.actor, cato.account.id, '')
  const { name, email } = cato.account
  const answer = await himself.post(url('/contact'), { name: `${name} II`, email, version: '1' })

  // Its session is dead, and with it the token of its form (F-96).
  expect(answer.status).toBe(403)
  expect((await himself.get('/')).headers.get('Location')).toContain('/login')
  const [row] = await db().select().from(accounts).where(eq(accounts.id, cato.account.id))
  expect(row!.name).toBe(name)
})

// F-108
test('a change that meets the logout is done whole or not at all', async () => {
  const { name, email } = cato.account
  for (let version = 1, tries = 0; tries < 5; tries++) {
    const himself = await web.as(cato)
    const [change] = await Promise.all([
      himself.post(url('/contact'), { name: `${name} ${tries}`, email, version: String(version) }),
      himself.post('/logout'),
    ])
    const done = change.headers.get('Location') === url()
    const [row] = await db().select().from(accounts).where(eq(accounts.id, cato.account.id))
    expect(row!.name === `${name} ${tries}`).toBe(done)
    version = row!.version
    expect((await himself.get('/')).status).toBe(303)
  }
  expect(await db().$count(sessions, eq(sessions.loginId, cato.login.id))).toBe(0)
})

// M-10: the first admin has no address yet, and needs no proof to give one
test('an account without an e-mail address gets its first without the password', async () => {
  await db().update(accounts).set({ email: '' }).where(eq(accounts.id, cato.account.id))
  const himself = await web.as(cato)
  expect(await himself.read(url('/contact'))).not.toContain('name="current"')
  const wish = { name: cato.account.name, email: 'first@example.org', version: '1' }

  expect((await himself.post(url('/contact'), wish)).status).toBe(303)
  expect(
    (await himself.post(url('/contact'), { ...wish, email: 'x@y.example', version: '2' })).status,
  ).toBe(422)
})
