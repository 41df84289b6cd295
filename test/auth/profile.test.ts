import { eq, sql } from 'drizzle-orm'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { browserOf } from '../../src/auth/browser.ts'
import { sessions } from '../../src/auth/schema.ts'
import { type Cast, cast, type Someone, someone } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { sessionIn, type Visitor, webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let cato: Someone
let visit: Visitor
let number = 0
beforeAll(async () => {
  people = await cast(db())
})
beforeEach(async () => {
  cato = await someone(db(), 'customer', `cato${++number}`, people.rita.account.id)
  visit = await web.as(cato)
})

const numberOf = async () => {
  const rows = await db()
    .select({ number: sessions.number })
    .from(sessions)
    .where(eq(sessions.loginId, cato.login.id))
    .orderBy(sessions.number)
  return rows.map((row) => row.number)
}

describe('active sessions', () => {
  test('are listed, with this one marked', async () => {
    await web.as(cato)
    const page = await visit.read('/profile/sessions')

    expect(page.match(/<button class="btn btn-sm" name="end"/g)).toHaveLength(1)
    expect(page).toContain('This one')
    expect(page).not.toContain(visit.cookie.split('=')[1])
  })

  test('one is ended, and dead on its next request', async () => {
    const other = await web.as(cato)
    await visit.post('/profile/sessions', { end: String((await numberOf())[1]) })

    expect((await other.get('/')).status).toBe(303)
    expect((await visit.get('/')).status).toBe(200)
  })

  test('all others are ended', async () => {
    const others = [await web.as(cato), await web.as(cato)]
    await visit.post('/profile/sessions', { end: 'others' })

    for (const other of others) expect((await other.get('/')).status).toBe(303)
    expect((await visit.get('/')).status).toBe(200)
  })

  test('somebody else’s is not to be ended', async () => {
    const rita = await web.as(people.rita)
    const [row] = await db()
      .select({ number: sessions.number })
      .from(sessions)
      .where(eq(sessions.loginId, people.rita.login.id))
    await visit.post('/profile/sessions', { end: String(row!.number) })

    expect((await rita.get('/')).status).toBe(200)
  })
})

test.each([
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox', 'Linux'],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0',
    'Edge',
    'Windows',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
    'Safari',
    'iPhone',
  ],
  ['<script>', '', ''],
  [null, '', ''],
])('%s is %s on %s', (userAgent, browser, system) => {
  expect(browserOf(userAgent)).toEqual({ browser, system })
})

describe('language and time zone', () => {
  const save = (fields: Record<string, string>) => visit.post('/profile/preferences', fields)

  // M-12
  test('are the reader’s own, in every word and date', async () => {
    expect((await save({ language: 'de', timeZone: 'Asia/Tokyo' })).status).toBe(303)
    await db()
      .update(sessions)
      .set({ createdAt: sql`'2026-01-31 20:30:00+00'`, lastSeenAt: sql`now()` })
      .where(eq(sessions.loginId, cato.login.id))
    const page = await visit.read('/profile/sessions')

    expect(page).toContain('<html lang="de">')
    expect(page).toContain('01.02.2026, 05:30')
  })

  test('of who works as somebody else are their own', async () => {
    await save({ language: 'de' })
    const ada = await web.as(people.ada)
    const entered = await ada.post(`/customers/${cato.account.id}/impersonation`)

    expect(await web.with(sessionIn(entered)).read('/')).toContain('<html lang="en">')
  })

  test.each([{ timeZone: 'Mars/Olympus' }, { language: 'xx' }, { kind: 'admin' }])(
    'refuses %o',
    async (fields) => {
      expect((await save(fields as unknown as Record<string, string>)).status).toBe(422)
    },
  )

  test.each([
    ['it', 'it'],
    ['es-MX,en;q=0.5', 'es'],
    ['fr, de;q=0.2, en;q=0.1', 'de'],
    ['de;q=0, en', 'en'],
    ['x'.repeat(10_000), 'en'],
  ])('before sign-in “%s” is answered in %s', async (asked, language) => {
    const page = await web.stranger().get('/login', { 'Accept-Language': asked })

    expect(await page.text()).toContain(`<html lang="${language}">`)
  })
})

// M-28
test('the link to the content is on every page, and always to be seen by choice', async () => {
  expect(await visit.read('/')).toContain('<a class="skip" href="#main">')
  await visit.post('/profile/preferences', { accessibility: 'on' })

  expect(await visit.read('/')).toContain('<a class="skip skip-shown" href="#main">')
})

// M-34
test('says who was in the account, from when to when, and why', async () => {
  expect(await visit.read('/profile')).toContain('Nobody but you.')
  const ada = await web.as(people.ada)
  const entered = await ada.post(`/customers/${cato.account.id}/impersonation`, {
    reason: 'Ticket 4711',
  })
  expect(await visit.read('/profile')).toContain('Still there')
  await web.with(sessionIn(entered)).post('/logout')
  const page = await visit.read('/profile')

  expect(page).not.toContain('Still there')
  expect(page).toContain('Ada (ada)')
  expect(page).toContain('Ticket 4711')
})

test('changes nothing of the account’s contact data', async () => {
  await visit.post('/profile/preferences', { language: 'de' })
  const [row] = await db().select().from(accounts).where(eq(accounts.id, cato.account.id))

  expect(row).toMatchObject({ name: cato.account.name, email: cato.account.email, language: 'de' })
  expect(row!.version).toBe(cato.account.version + 1)
})
