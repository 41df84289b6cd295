import { expect, test } from 'vitest'
import { readConfig } from '../src/config.ts'

test('without any setting it serves this machine only, on its own database', () => {
  expect(readConfig({})).toMatchObject({
    dataFolder: expect.stringMatching(/\/data$/),
    databaseUrl: null,
    host: '127.0.0.1',
    port: 8080,
    origin: null,
    trustedProxies: [],
  })
})

test('an empty variable counts as not set', () => {
  expect(readConfig({ PORT: '', DATABASE_URL: '' })).toMatchObject({
    port: 8080,
    databaseUrl: null,
  })
})

test.each([
  [{ PORT: '80a' }, 'PORT must be a number from 0 to 65535, not “80a”.'],
  [{ PORT: '70000' }, 'PORT must be a number from 0 to 65535, not “70000”.'],
  [
    { DATABASE_URL: 'mysql://x' },
    'DATABASE_URL must look like postgres://user:password@host:5432/name.',
  ],
  [{ INNKEEPER_WEB_PROCESSES: '0' }, 'INNKEEPER_WEB_PROCESSES must be a number from 1 to 99.'],
  [{ INNKEEPER_ORIGIN: 'panel' }, 'INNKEEPER_ORIGIN must look like https://panel.example.'],
  [
    { INNKEEPER_TRUSTED_PROXIES: '10.0.0.1, me' },
    'INNKEEPER_TRUSTED_PROXIES must hold IP addresses, not “me”.',
  ],
])('%j is refused with one sentence', (variables, sentence) => {
  expect(() => readConfig(variables)).toThrow(sentence)
})
