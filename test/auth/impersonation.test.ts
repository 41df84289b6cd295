import { and, desc, eq, sql } from 'drizzle-orm'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { accounts, logins } from '../../src/accounts/schema.ts'
import { auditEntries } from '../../src/audit/schema.ts'
import { sessions, visits } from '../../src/auth/schema.ts'
import { settings } from '../../src/settings/schema.ts'
import { aSubscription, type Cast, cast, type Someone, someone } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { sessionIn, type Visitor, webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let cato: Someone
let ada: Visitor
let number = 0
beforeAll(async () => {
  people = await cast(db())
})
beforeEach(async () => {
  cato = await someone(db(), 'customer', `cato${++number}`, people.rita.account.id)
  ada = await web.as(people.ada)
})

const address = (who: Someone = cato) => `/customers/${who.account.id}/impersonation`

/** The browser after an answer that gave it another session. */
const then = (answer: Response) => web.with(sessionIn(answer))

const enter = async (visitor = ada, who = cato, fields = {}) =>
  then(await visitor.post(address(who), fields))

// M-34, M-35
test('enters at once, works as the customer, and logs out into the own account', async () => {
  const answer = await ada.post(address())
  expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/'])
  const asCato = then(answer)
  expect(await asCato.read('/')).toContain('No subscription yet.')
  expect((await asCato.get('/hosts')).status).toBe(404)

  const back = await asCato.post('/logout')
  expect(back.headers.get('Location')).toBe(`/customers/${cato.account.id}`)
  expect((await then(back).get('/hosts')).status).toBe(200)
  expect((await asCato.get('/')).status).toBe(303)
})

test('says so on every page, with both names and a way back', async () => {
  const asCato = await enter()
  for (const path of ['/', '/profile', '/subscriptions', '/nothing']) {
    const page = await asCato.read(path)
    expect(page, path).toContain(`You are logged in as ${cato.account.name}. Really you are Ada.`)
    expect(page, path).toContain('Back to Ada')
  }
})

// F-90, F-118
test('entering and leaving each give a new session, and the old ones open nothing', async () => {
  const asCato = await enter()
  expect((await ada.get('/')).status).toBe(303)
  const own = then(await asCato.post('/logout'))

  expect(new Set([ada.cookie, asCato.cookie, own.cookie]).size).toBe(3)
  expect((await ada.get('/')).status).toBe(303)
  expect((await own.get('/profile')).status).toBe(200)
})

test('every audit row names who did it and in whose account', async () => {
  const asCato = await enter()
  const contact = { name: 'Cato the Elder', email: cato.account.email, version: '1' }
  expect((await asCato.post(`/customers/${cato.account.id}/contact`, contact)).status).toBe(303)
  await asCato.post('/logout')
  const rows = await db()
    .select()
    .from(auditEntries)
    .where(eq(auditEntries.accountId, cato.account.id))
    .orderBy(auditEntries.id)

  expect(rows).toMatchObject([
    { action: 'impersonation.started', actorName: 'ada', accountId: cato.account.id },
    {
      action: 'account.contact_changed',
      actorName: 'ada',
      actorAccountId: people.ada.account.id,
      subjectAccountId: cato.account.id,
    },
    { action: 'impersonation.ended', actorName: 'ada', subjectAccountId: cato.account.id },
  ])
})

// F-116
test.each([
  ['an admin', () => people.ada, (): Someone => anotherAdmin, 403],
  ['oneself', () => people.rita, () => people.rita, 403],
  ['a peer', () => people.rita, () => people.rolf, 404],
  ['another reseller’s customer', () => people.rita, () => people.cleo, 404],
  ['a provider', () => people.cleo, () => people.rolf, 404],
  ['a suspended account', () => people.rita, (): Someone => suspended, 409],
  ['one that is being removed', () => people.rita, (): Someone => removing, 409],
])('refuses to enter %s, and the audit knows', async (_, who, whom, status) => {
  const visitor = await web.as(who())
  const answer = await visitor.post(address(whom()))

  expect(answer.status).toBe(status)
  expect((await visitor.get('/profile')).status).toBe(200)
  expect(await lastOf('impersonation.refused')).toMatchObject({
    actorName: who().login.name,
    objectId: whom().account.id,
  })
})
let anotherAdmin: Someone
let suspended: Someone
let removing: Someone
beforeAll(async () => {
  const rita = people.rita.account.id
  anotherAdmin = await someone(db(), 'admin', 'anna', null)
  suspended = await someone(db(), 'customer', 'sus', rita)
  removing = await someone(db(), 'customer', 'rem', rita)
  await set(suspended, { suspended: true })
  await set(removing, { removing: true })
})

test('nobody goes on from there to a third', async () => {
  const asRita = await enter(ada, people.rita)

  expect((await asRita.get(`/customers/${cato.account.id}`)).status).toBe(200)
  expect(await asRita.read(`/customers/${cato.account.id}`)).not.toContain('Log in as')
  expect((await asRita.post(address())).status).toBe(403)
})

test('a login that only looks enters nothing', async () => {
  await db().update(logins).set({ role: 'read' }).where(eq(logins.id, people.rolf.login.id))
  const rolf = await web.as(people.rolf)
  const answer = await rolf.post(address(people.cleo))
  await db().update(logins).set({ role: 'owner' }).where(eq(logins.id, people.rolf.login.id))

  expect(answer.status).toBe(403)
})

// F-119
test('secrets stay closed: passwords, credentials, e-mail address', async () => {
  const shop = await aSubscription(
    db(),
    cato.account,
    people.host,
    people.ritasGold,
    `shop${number}.test`,
  )
  const asCato = await enter()
  const fresh = 'nine wet dogs on a hill'
  const own = { current: 'correct horse battery 7', password: fresh, repeat: fresh }
  expect((await asCato.post('/profile/password', own)).status).toBe(403)
  const hosting = { generatePassword: 'on' }
  expect((await asCato.post(`/subscriptions/${shop.id}/password`, hosting)).status).toBe(403)

  const contact = { name: 'Cato', email: 'ada@example.org', version: '1' }
  const answer = await asCato.post(`/customers/${cato.account.id}/contact`, contact)
  expect(answer.status).toBe(422)
  expect(await answer.text()).toContain('while you are logged in as somebody else')
})

test('a reseller’s customer made meanwhile shows no password', async () => {
  const asRita = await enter(ada, people.rita)
  const answer = await asRita.post('/customers/new', {
    name: 'Carl',
    email: 'carl@example.org',
    login: `carl${number}`,
    kind: 'customer',
  })
  const page = await asRita.read(answer.headers.get('Location')!)

  expect(answer.status).toBe(303)
  expect(page).not.toContain('id="password"')
})

// F-120, F-112
test.each([
  ['is suspended', () => set(people.rolf, { suspended: true })],
  ['lost the customer', () => set(people.cleo, { providerId: people.rita.account.id })],
  [
    'may only look now',
    () => db().update(logins).set({ role: 'read' }).where(eq(logins.id, people.rolf.login.id)),
  ],
  [
    'was logged out elsewhere',
    () => db().delete(sessions).where(eq(sessions.loginId, people.rolf.login.id)),
  ],
])('ends on the next request when who entered %s', async (_, happens) => {
  const asCleo = await enter(await web.as(people.rolf), people.cleo)
  expect((await asCleo.get('/subscriptions')).status).toBe(200)
  await happens()
  const answer = await asCleo.get('/subscriptions')
  await set(people.rolf, { suspended: false })
  await set(people.cleo, { providerId: people.rolf.account.id })
  await db().update(logins).set({ role: 'owner' }).where(eq(logins.id, people.rolf.login.id))

  expect(answer.status).toBe(303)
  expect((await asCleo.get('/subscriptions')).status).toBe(303)
})

test('ends when the customer is suspended, in the own account', async () => {
  const asCato = await enter()
  await set(cato, { suspended: true })
  const answer = await asCato.get('/subscriptions')

  expect(answer.headers.get('Location')).toBe(`/customers/${cato.account.id}`)
  expect((await then(answer).get('/hosts')).status).toBe(200)
})

// F-122
test('is over after an hour: what was asked for is not done, and one is oneself again', async () => {
  const asCato = await enter()
  await db()
    .update(sessions)
    .set({ expiresAt: sql`now() - interval '1 second'` })
    .where(eq(sessions.loginId, cato.login.id))
  const contact = { name: 'Changed', email: cato.account.email, version: '1' }
  const answer = await asCato.post(`/customers/${cato.account.id}/contact`, contact)

  expect(answer.headers.get('Location')).toBe(`/customers/${cato.account.id}`)
  const [row] = await db().select().from(accounts).where(eq(accounts.id, cato.account.id))
  expect(row!.name).toBe(cato.account.name)
  expect((await then(answer).get('/hosts')).status).toBe(200)
})

test('lasts an hour, and not longer than the session it came from', async () => {
  await enter()
  const [row] = await db()
    .select({ minutes: sql<number>`round(extract(epoch from expires_at - now()) / 60)::integer` })
    .from(sessions)
    .where(eq(sessions.loginId, cato.login.id))
  expect(row!.minutes).toBe(60)

  const other = await someone(db(), 'customer', `other${number}`, people.rita.account.id)
  const asOther = await enter(await web.as(people.ada), other)
  await db()
    .update(sessions)
    .set({ expiresAt: sql`now() - interval '1 second'` })
    .where(and(eq(sessions.loginId, people.ada.login.id)))
  expect((await asOther.get('/')).headers.get('Location')).toBe('/login')
})

// F-93: the session that waits is no way around the half hour.
test('leaving after half an hour of nothing leads to the sign-in page', async () => {
  const asCato = await enter()
  await db().update(sessions).set({ lastSeenAt: sql`now() - interval '31 minutes'` })
  const answer = await asCato.get('/')

  expect(answer.headers.get('Location')).toBe('/login')
})

test('a reason is asked for where the settings say so, and kept', async () => {
  await db().insert(settings).values({ accountId: 0, name: 'askImpersonationReason', value: true })
  const pressed = await ada.post(address())
  const asked = await ada.read(address())
  const without = await ada.post(address(), { reason: ' ' })
  const answer = await ada.post(address(), { reason: 'Ticket 4711' })
  await db().delete(settings).where(eq(settings.name, 'askImpersonationReason'))

  expect(pressed.headers.get('Location')).toBe(address())
  expect(asked).toContain('name="reason"')
  expect(asked).not.toContain('Nothing was saved')
  expect(without.status).toBe(422)
  expect(await without.text()).toContain('id="reason-error"')
  expect(answer.status).toBe(303)
  expect(await lastOf('impersonation.started')).toMatchObject({
    changes: { reason: { to: 'Ticket 4711' } },
  })
  const [visit] = await db().select().from(visits).orderBy(desc(visits.id)).limit(1)
  expect(visit).toMatchObject({
    accountId: cato.account.id,
    visitorName: 'Ada',
    reason: 'Ticket 4711',
    endedAt: null,
  })
})

const set = (who: Someone, values: Partial<typeof accounts.$inferInsert>) =>
  db().update(accounts).set(values).where(eq(accounts.id, who.account.id))

async function lastOf(action: string) {
  const [row] = await db()
    .select()
    .from(auditEntries)
    .where(eq(auditEntries.action, action))
    .orderBy(desc(auditEntries.id))
    .limit(1)
  return row
}
