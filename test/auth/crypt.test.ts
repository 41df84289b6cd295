import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { shadowHash } from '../../src/auth/crypt.ts'

/** A second opinion: OpenSSL's own SHA-512 crypt. */
const opensslHash = (password: string, salt: string) =>
  execFileSync('openssl', ['passwd', '-6', '-salt', salt, '-stdin'], { input: password })
    .toString()
    .trim()

test.each([
  ['plain', 'correct horse battery'],
  ['with a colon', 'user:name'], // F-45
  ['with words of a shell', '`$(id)`; \'"\\'], // F-9
  ['emoji', 'pässwörd 🎈'], // F-41
  ['of 200 characters', 'x'.repeat(200)],
])('a password %s is hashed as Debian does it', (_, password) => {
  const hash = shadowHash(password)

  expect(hash).toBe(opensslHash(password, hash.split('$')[2]!))
  expect(shadowHash(password)).not.toBe(hash)
})

test('both ways to write é are one password', () => {
  // F-44
  const hash = shadowHash('caf\u0065\u0301')
  expect(hash).toBe(opensslHash('caf\u00e9', hash.split('$')[2]!))
})
