import { expect, test } from 'vitest'
import { formats, makeTranslator, translator } from '../../src/web/i18n.ts'

const t = translator('en')

test('fills in names, as they are', () => {
  expect(t('Plan {name} saved', { name: '$& {name} <b>' })).toBe('Plan $& {name} <b> saved')
  expect(t('Nothing to fill {here}')).toBe('Nothing to fill {here}')
})

// F-9, F-68: what somebody typed may be looked up too
test.each(['__proto__', 'constructor', 'toString'])('leaves %s as it is', (typed) => {
  expect(translator('de')(typed)).toBe(typed)
  expect(t(typed)).toBe(typed)
})

test.each([
  [0, '0 plans'],
  [1, '1 plan'],
  [2, '2 plans'],
  [1500, '1,500 plans'],
])('chooses the form of a word for %s', (count, said) => {
  expect(t('{count} {count|plan|plans}', { count })).toBe(said)
})

test('translates words in a sentence that are English themselves, and no others', () => {
  const german = makeTranslator('de', {
    '{property!}: {reseller} has {limit!}.': '{reseller} hat {limit!} {property!}.',
    'Disk space': 'Speicherplatz',
    Unlimited: 'unbegrenzt',
  })
  const sentence = '{property!}: {reseller} has {limit!}.'
  const words = { property: 'Disk space (MB)', reseller: 'Unlimited', limit: 'Unlimited' }
  expect(german(sentence, words)).toBe('Unlimited hat unbegrenzt Speicherplatz (MB).')
  expect(german(sentence, { ...words, limit: 1234 })).toBe(
    'Unlimited hat 1.234 Speicherplatz (MB).',
  )
  expect(t(sentence, { ...words, property: 'Proxy support (80/443)' })).toBe(
    'Proxy support (80/443): Unlimited has Unlimited.',
  )
})

test('writes numbers, sizes and spans as people do', () => {
  const { number, bytes, duration, percent } = formats('en', 'UTC')

  expect(number(1234.56)).toBe('1,234.6')
  expect([0, 1023, 1536, 10 * 2 ** 30, 2 ** 62].map(bytes)).toEqual([
    '0 bytes',
    '1,023 bytes',
    '1.5 kB',
    '10 GB',
    '4,096 PB',
  ])
  expect([123.4, 4500, 600_000].map(duration)).toEqual(['123 ms', '4.5 s', '10 min'])
  expect(percent(0.5)).toBe('50%')
})

test('writes them the reader’s way', () => {
  expect(formats('de', 'UTC').bytes(1536)).toBe('1,5 kB')
})

// F-185
test('shows a moment where the reader is', () => {
  const moment = new Date('2026-11-20T23:30:00Z')

  expect(formats('en', 'UTC').day(moment)).toBe('Nov 20, 2026')
  expect(formats('en', 'Europe/Rome').day(moment)).toBe('Nov 21, 2026')
  expect(formats('en', 'Europe/Rome').time(moment)).toMatch(/^Nov 21, 2026, 12:30\sAM$/)
})

test('says how long ago', () => {
  const before = (seconds: number) => new Date(Date.now() - seconds * 1000)
  const { ago } = formats('en', 'UTC')

  expect([0, 90, 7200, 86_400].map((seconds) => ago(before(seconds)))).toEqual([
    'now',
    '1 minute ago',
    '2 hours ago',
    'yesterday',
  ])
})
