import { eq, sql } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { accounts, logins } from '../../src/accounts/schema.ts'
import { auditEntries } from '../../src/audit/schema.ts'
import { attemptBy } from '../../src/auth/attempts.ts'
import { attempts } from '../../src/auth/schema.ts'
import { type Cast, cast, password } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { encoded, origin, webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
beforeAll(async () => {
  people = await cast(db())
  await db()
    .update(accounts)
    .set({ suspended: true })
    .where(eq(accounts.id, people.cleo.account.id))
})

/** From an address of its own, so that tests do not use up each other's tries. */
let hosts = 0
function tryAs(name: string, secret: string, address = `198.51.100.${++hosts}`, headers = {}) {
  const stranger = web.stranger()
  const body = encoded({ _csrf: stranger.token, name, password: secret })
  return stranger.ask(
    '/login',
    { method: 'POST', body, headers: { Origin: origin, ...headers } },
    address,
  )
}

test.each(['ada', 'rita', 'cato', ' Rita '])('%s lands on the dashboard', async (name) => {
  const answer = await tryAs(name, password)

  expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/'])
})

test('is told in the audit, with the address', async () => {
  await tryAs('rolf', password, '203.0.113.9')
  const rows = await db().select().from(auditEntries).where(eq(auditEntries.actorName, 'rolf'))

  expect(rows).toMatchObject([{ action: 'login.signed_in', address: '203.0.113.9' }])
})

// F-90
test('never takes over an id that was there before', async () => {
  const planted = 'a'.repeat(40)
  const stranger = web.stranger()
  const body = encoded({ _csrf: stranger.token, name: 'rita', password })
  const answer = await stranger.ask('/login?sid=planted', {
    method: 'POST',
    body,
    headers: { Origin: origin, Cookie: `${stranger.cookie}; session=${planted}` },
  })

  expect(answer.headers.get('Set-Cookie')).toMatch(/session=[a-z0-9]{40};/)
  expect(answer.headers.get('Set-Cookie')).not.toContain(planted)
})

test('ends the session that the browser had before', async () => {
  const rita = await web.as(people.rita)
  await rita.post('/login', { name: 'rita', password })

  expect((await rita.get('/profile')).status).toBe(303)
})

// F-94
test('the cookie is for this site, https and no script', async () => {
  const settings = { ...web.settings, secureCookies: true, publicOrigin: 'https://panel.example' }
  const secure = webApp(db, { settings })
  const page = await secure.stranger().get('/login')
  const visit = /__Host-visit=([^;]+)/.exec(page.headers.get('Set-Cookie')!)![1]!
  const token = /name="_csrf" value="([^"]+)"/.exec(await page.text())![1]!
  const answer = await secure.app().request('/login', {
    method: 'POST',
    body: encoded({ _csrf: token, name: 'rita', password }),
    headers: { Origin: 'https://panel.example', Cookie: `__Host-visit=${visit}` },
  })
  const cookie = answer.headers.getSetCookie().find((line) => line.startsWith('__Host-session='))

  expect(cookie).toMatch(/^__Host-session=[a-z0-9]{40}; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
})

// F-99
const refusals = {
  'a wrong password': () => tryAs('rita', 'not it at all'),
  'an unknown name': () => tryAs('nobody', password),
  'a suspended account': () => tryAs('cleo', password),
  'too many tries': () => tryAs('cato', password, '192.0.2.200'),
  'an empty form': () => tryAs('', ''),
}

test('all refusals look alike', async () => {
  for (let i = 0; i < 10; i++) await tryAs('cato', 'not it', '192.0.2.200')
  const answers = await Promise.all(
    Object.values(refusals).map(async (refused) => seen(await refused())),
  )

  for (const answer of answers) expect(answer).toEqual(answers[0])
  expect(answers[0]).toMatchObject({ status: 422 })
})

test('all refusals take the same time', { timeout: 60_000 }, async () => {
  const times = new Map<string, number[]>()
  for (let round = 0; round < 15; round++) {
    for (const [name, refused] of Object.entries(refusals)) {
      const start = performance.now()
      await refused()
      times.set(name, [...(times.get(name) ?? []), performance.now() - start])
    }
  }
  const medians = [...times.values()].map((list) => list.toSorted((a, b) => a - b)[7]!)

  // Without the hash of an unknown name's password it would be a tenth.
  expect(Math.min(...medians) / Math.max(...medians)).toBeGreaterThan(0.5)
})

// F-103
test('ten wrong passwords shut one address out, and its owner gets in from another', async () => {
  const attacker = '192.0.2.66'
  const guesses = Array.from({ length: 30 }, (_, n) => tryAs('ada', `guess ${n}`, attacker))
  await Promise.all(guesses)

  expect((await tryAs('ada', password, attacker)).status).toBe(422)
  expect((await tryAs('ada', password, '192.0.2.67')).status).toBe(303)
})

test('one password tried on many names shuts the address out', async () => {
  const spray = '192.0.2.88'
  for (let n = 0; n < 100; n++) await tryAs(`name${n}`, 'Summer 2026!', spray)

  expect((await tryAs('rita', password, spray)).status).toBe(422)
})

// F-133
test('who goes on and on is turned away before any work is done', async () => {
  const address = '192.0.2.55'
  const { peer } = attemptBy('', address)
  await db().insert(attempts).values({ key: peer, count: 2000, since: sql`now()` })
  const answer = await tryAs('rita', password, address)

  expect([answer.status, answer.headers.get('Retry-After')]).toEqual([429, '900'])
})

test('a made-up X-Forwarded-For is no new address', async () => {
  const attacker = '192.0.2.99'
  for (let n = 0; n < 10; n++) {
    await tryAs('ada', 'guess', attacker, { 'X-Forwarded-For': `203.0.113.${n}` })
  }
  const last = await tryAs('ada', password, attacker, { 'X-Forwarded-For': '203.0.113.77' })

  expect(last.status).toBe(422)
})

test('right passwords are not counted', async () => {
  for (let n = 0; n < 12; n++) {
    expect((await tryAs('rita', password, '192.0.2.111')).status).toBe(303)
  }
})

// F-105
test.each([
  ['/profile', '/profile'],
  ['/customers?q=a&sort=-name', '/customers?q=a&sort=-name'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['https:evil.example', '/'],
  ['https://evil.example/', '/'],
  ['/%2f%2fevil.example', '/'],
  ['javascript:alert(1)', '/'],
  ['/profile\r\nSet-Cookie: a=b', '/'],
  ['/profile@evil.example', '/'],
  ['/login', '/'],
  ['/nowhere', '/'],
  ['', '/'],
])('next=%s leads to %s', async (next, to) => {
  const answer = await web.stranger().post('/login', { name: 'rita', password, next })

  expect(answer.headers.get('Location')).toBe(to)
})

// S-41, R-7
test('who must choose a password first goes nowhere else', async () => {
  await mustChange(true)
  const rita = await web.as(people.rita)
  const answer = await rita.get('/')
  const profile = await rita.get('/profile')
  await mustChange(false)

  expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/profile'])
  expect(await profile.text()).toContain('Choose a password of your own')
})

const mustChange = (mustChangePassword: boolean) =>
  db().update(logins).set({ mustChangePassword }).where(eq(logins.id, people.rita.login.id))

/** What somebody outside can tell apart; tokens and names typed are their own. */
async function seen(answer: Response) {
  const headers = [...answer.headers].filter(([name]) => name !== 'x-request-id')
  const body = (await answer.text())
    .replace(/name="_csrf" value="[^"]+"/, '')
    .replace(/name="name" type="text" value="[^"]*"/, '')
  return { status: answer.status, headers, body }
}
