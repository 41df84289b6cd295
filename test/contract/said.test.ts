import { expect, test } from 'vitest'
import { SubscriptionResult } from '../../src/contract/messages.ts'
import { say, sentences } from '../../src/contract/said.ts'
import { translator } from '../../src/web/i18n.ts'
import { told } from '../../src/web/told.ts'

const result = (said: unknown) => ({
  ...{ id: 1, generation: 1, ok: false, changed: [], shortfalls: [], facts: null },
  errors: [{ code: 'failed', text: 'x', said }],
})

test('a sentence is told with its words, and in English by the agent itself', () => {
  expect(say('otherUid', { name: 'cato', uid: 7, wanted: 70001 })).toEqual({
    text: 'User cato has uid 7 on this host, not 70001',
    said: { code: 'otherUid', words: { name: 'cato', uid: '7', wanted: '70001' } },
  })
})

test('the panel tells it in the reader’s language, and keeps what it does not know', () => {
  const t = (sentence: string, words = {}) =>
    sentence === sentences.install ? `installieren: ${Object.values(words)}` : sentence
  const { said } = say('install', { packages: 'clamav-daemon' })

  expect(told(t, said, 'install clamav-daemon')).toBe('installieren: clamav-daemon')
  expect(told(t, { code: 'toCome', words: {} }, 'its own words')).toBe('its own words')
  expect(told(t, { code: 'toString', words: {} }, 'its own words')).toBe('its own words')
  expect(told(t, null, 'its own words')).toBe('its own words')
  expect(told(translator('en'), said, '')).toBe('install clamav-daemon')
})

// F-153, F-169: a host may be hostile
test.each([
  { code: 'install', words: { a: 'x'.repeat(1001) } },
  { code: 'install', words: Object.fromEntries(Array.from({ length: 11 }, (_, n) => [n, ''])) },
  { code: 'install', words: { a: 1 } },
  { code: 'not a code', words: {} },
  { code: 'install' },
  'install',
])('%j is refused', (said) => {
  expect(SubscriptionResult.safeParse(result(said)).success).toBe(false)
  expect(SubscriptionResult.safeParse(result(undefined)).success).toBe(true)
})
