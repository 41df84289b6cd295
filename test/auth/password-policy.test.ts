import { beforeEach, expect, test } from 'vitest'
import { minimumLength, requireGoodPassword } from '../../src/auth/password-policy.ts'
import { generatePassword, hashPassword, verifyPassword } from '../../src/auth/passwords.ts'
import { Invalid } from '../../src/errors.ts'
import { settings } from '../../src/settings/schema.ts'
import { ownDatabase } from '../support/database.ts'

const db = ownDatabase()
beforeEach(async () => void (await db().delete(settings)))

const judge = (password: string, names = ['rita', 'Rita Example']) =>
  requireGoodPassword(db(), 'password', password, names)

// R-5, F-41
test.each([
  'correct horse battery',
  'nine wet dogs',
  'ünïcödé påsswörd ist gut',
  '🐴🔋📎🧷 four pictures and words',
  `${'many words make a sentence '.repeat(9)}`,
  'the bitter ritardando ends',
])('“%s” is good', async (password) => {
  await expect(judge(password)).resolves.toBeUndefined()
})

// F-41, F-43, F-50
test.each([
  ['elevenchars', 'Use at least {minimum} characters.'],
  ['x'.repeat(257), 'Use at most {maximum} characters.'],
  ['abcdefgh\u0000ijklm', 'Use characters that can be typed.'],
  ['aaaaaaaaaaaaaaaa', 'Use more than a few different characters.'],
  ['Rita-2026-1234', 'Do not build it around your own name or the panel’s.'],
  ['innkeeper2026!', 'Do not build it around your own name or the panel’s.'],
  ['qwertyuiop[]', 'This password is on the lists that attackers try first.'],
  ['passwordpassword', 'This password is on the lists that attackers try first.'],
  ['!!Basketball99', 'This password is on the lists that attackers try first.'],
])('“%s” is refused: %s', async (password, reason) => {
  const refusal = judge(password)

  await expect(refusal).rejects.toThrow(Invalid)
  await expect(refusal).rejects.toThrow(reason)
})

//
test.each([
  [8, 8],
  [64, 64],
  [3, 8],
  [500, 64],
  ['soon', 12],
])('a minimum of %s in the settings counts as %s', async (value, minimum) => {
  await db().insert(settings).values({ name: 'passwordMinimum', value })

  expect(await minimumLength(db())).toBe(minimum)
})

test('what we make up is good, and never the same', async () => {
  const made = Array.from({ length: 50 }, generatePassword)

  expect(new Set(made).size).toBe(50)
  await expect(judge(made[0]!)).resolves.toBeUndefined()
})

// F-41, F-44
test('the whole of it is checked, however its accents were typed', async () => {
  const long = `${'a long sentence with é '.repeat(10)}end`
  const hash = await hashPassword(long)

  expect(await verifyPassword(hash, long.normalize('NFD'))).toBe(true)
  expect(await verifyPassword(hash, long.slice(0, -1))).toBe(false)
  expect(await verifyPassword(hash, `${long}!`)).toBe(false)
})
