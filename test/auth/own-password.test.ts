import { eq } from 'drizzle-orm'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { logins } from '../../src/accounts/schema.ts'
import { auditEntries } from '../../src/audit/schema.ts'
import { changeOwnPassword } from '../../src/auth/own-password.ts'
import { verifyPassword } from '../../src/auth/passwords.ts'
import { Forbidden } from '../../src/errors.ts'
import { password, type Someone, someone } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { partial, type Visitor, webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
const fresh = 'nine wet dogs on a hill'
let ada: Someone
let person: Someone
let rita: Visitor
let number = 0
beforeAll(async () => {
  ada = await someone(db(), 'admin', 'ada', null)
})
beforeEach(async () => {
  person = await someone(db(), 'reseller', `rita${++number}`, ada.account.id)
  rita = await web.as(person)
})

const change = (fields: Record<string, string>, headers = {}) =>
  rita.post(
    '/profile/password',
    { current: password, password: fresh, repeat: fresh, ...fields },
    headers,
  )

const stored = async () => {
  const [login] = await db().select().from(logins).where(eq(logins.id, person.login.id))
  return login!.passwordHash
}

// S-41
test('the new password is typed twice and works from then on', async () => {
  const answer = await change({})

  expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/profile'])
  expect(await verifyPassword(await stored(), fresh)).toBe(true)
  expect(await verifyPassword(await stored(), password)).toBe(false)
  expect(
    await db().select().from(auditEntries).where(eq(auditEntries.objectId, person.login.id)),
  ).toMatchObject([{ action: 'login.password_changed', changes: {} }])
})

// F-90, F-92
test('all sessions end but the one that asked, which gets a new id', async () => {
  const other = await web.as(person)
  const answer = await change({})
  const cookie = /session=([a-z0-9]+)/.exec(answer.headers.get('Set-Cookie')!)![0]

  expect((await other.get('/profile')).status).toBe(303)
  expect((await rita.get('/profile')).status).toBe(303)
  const page = await web.app().request('/profile', { headers: { Cookie: cookie } })
  expect(page.status).toBe(200)
})

test('the page after it says so, once', async () => {
  const answer = await change({})
  const cookies = answer.headers.getSetCookie().map((line) => line.split(';')[0]!)
  const next = await web.app().request('/profile', { headers: { Cookie: cookies.join('; ') } })

  expect(await next.text()).toContain('Your password was changed.')
  expect(next.headers.get('Set-Cookie')).toMatch(/notice=; Max-Age=0/)
})

test.each([
  ['current', { current: 'not it' }, 'This is not your current password.'],
  ['repeat', { repeat: 'something else' }, 'The two new passwords differ.'],
  ['password', { password: 'short', repeat: 'short' }, 'Use at least 12 characters.'],
  ['password', { password: '', repeat: '' }, 'Required'],
  [
    'password',
    { password: 'x'.repeat(300), repeat: 'x'.repeat(300) },
    'Use at most 256 characters.',
  ],
])('refuses a wrong %s and says why: %s', async (field, fields, reason) => {
  const answer = await change(fields as Record<string, string>)
  const page = await answer.text()

  expect(answer.status).toBe(422)
  expect(page).toContain(`id="${field}-error"`)
  expect(page).toContain(reason)
  expect(await stored()).toBe(person.login.passwordHash)
})

test('shows no password again', async () => {
  const answer = await change({ repeat: 'something else' })

  expect(await answer.text()).not.toContain(fresh)
})

// F-83
test('refuses fields that the form does not have', async () => {
  const answer = await change({ role: 'admin' })

  expect(answer.status).toBe(422)
  expect(await stored()).toBe(person.login.passwordHash)
})

// F-86
test('htmx gets the part that is wrong, and leaves for the page when all is right', async () => {
  const refused = await change({ repeat: 'x' }, partial)
  const part = await refused.text()
  expect(refused.status).toBe(422)
  expect(part).toMatch(/^<section id="change-password"/)

  const done = await change({}, partial)
  expect(done.headers.get('HX-Redirect')).toBe('/profile')
})

test('the current password is not to be guessed', async () => {
  for (let n = 0; n < 10; n++) await change({ current: `guess ${n}` })

  expect((await change({})).status).toBe(422)
  expect(await stored()).toBe(person.login.passwordHash)
})

// F-119
test('nobody changes it while working as somebody else', async () => {
  const { loginId, accountId } = ada.actor
  const impersonator = { loginId: loginId!, accountId, loginName: 'ada' }
  const visitor = { address: null, userAgent: null }

  await expect(
    changeOwnPassword(
      db(),
      { ...person.actor, impersonator },
      { current: password, password: fresh },
      visitor,
    ),
  ).rejects.toThrow(Forbidden)
})
