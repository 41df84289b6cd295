import { describe, expect, test } from 'vitest'
import type { z } from 'zod'
import * as fields from '../../src/web/fields.ts'

const reasons = (field: z.ZodType, typed: unknown) => {
  const result = field.safeParse(typed)
  return result.success ? [] : result.error.issues.map((issue) => issue.message)
}
const taken = (field: z.ZodType, typed: unknown) => field.parse(typed)
const refused = (field: z.ZodType, typed: unknown) => reasons(field, typed).length > 0

describe('a whole number', () => {
  const number = fields.wholeNumber({ min: 0, max: 1000 })

  test.each([
    ['0', 0],
    ['7', 7],
    [' 12 ', 12],
    ['0012', 12],
    ['1000', 1000],
  ])('%s is %s', (typed, value) => {
    expect(taken(number, typed)).toBe(value)
  })

  // F-27, S-18
  test.each(['', '   '])('“%s” is required, not 0', (typed) => {
    expect(refused(number, typed)).toBe(true)
  })

  // F-28, F-29, F-30
  test.each([
    '-1',
    '-0',
    '+1',
    '1e3',
    '0x10',
    '1.0',
    '12,5',
    '1.000',
    '1 000',
    '1_000',
    '１２',
    '٣',
    'x',
  ])('“%s” is no whole number', (typed) => {
    expect(refused(number, typed)).toBe(true)
  })

  // F-31
  test.each(['1001', '2147483648', '9223372036854775808', '9'.repeat(400)])(
    '%s is too large',
    (typed) => {
      expect(refused(number, typed)).toBe(true)
    },
  )

  // F-33
  test.each([[['1', '999']], [undefined], [null], [7]])('%j is refused', (typed) => {
    expect(refused(number, typed)).toBe(true)
  })
})

describe('a line', () => {
  const line = fields.line(200)

  // F-22, F-23
  test.each([
    ['  Ada  ', 'Ada'],
    ['\u00a0Ada\u00a0', 'Ada'],
    ['Null', 'Null'],
    ["O'Brien", "O'Brien"],
    ['<b>{{7*7}}<%= 1 %>', '<b>{{7*7}}<%= 1 %>'],
    ['👩‍💻', '👩‍💻'],
    ['x', 'x'],
    ['e\u0301', 'é'],
    ['עברית', 'עברית'],
  ])('%j is kept as %j', (typed, kept) => {
    expect(taken(line, typed)).toBe(kept)
  })

  // F-7
  test.each([
    'a\u0000b',
    'a\u0007b',
    'a\u001bb',
    'a\nb',
    'a\tb',
    'a\u0085b',
    'a\u2028b',
    'a\u202eb',
  ])('%j is refused', (typed) => {
    expect(refused(line, typed)).toBe(true)
  })

  test('is required unless it says otherwise', () => {
    expect(reasons(line, '  ')).toEqual(['Required'])
    expect(taken(fields.optionalLine(200), '  ')).toBe('')
    expect(refused(line, 'x'.repeat(201))).toBe(true)
  })
})

// F-71
test('long text is measured in bytes and keeps its lines', () => {
  const text = fields.text(10)

  expect(taken(text, 'a\r\nb\rc\n')).toBe('a\nb\nc')
  expect(refused(text, 'ä'.repeat(6))).toBe(true)
  expect(refused(text, 'a\u0000')).toBe(true)
})

// F-83
test('boxes are on, off, or refused; none is none', () => {
  expect(taken(fields.checkbox(), 'on')).toBe(true)
  expect(taken(fields.checkbox(), undefined)).toBe(false)
  expect(refused(fields.checkbox(), 'true')).toBe(true)

  const some = fields.checkboxes(['a', 'b'])
  expect(taken(some, undefined)).toEqual([])
  expect(taken(some, 'a')).toEqual(['a'])
  expect(taken(some, ['a', 'b', 'a'])).toEqual(['a', 'b'])
  expect(refused(some, ['a', 'c'])).toBe(true)
})

test('a choice and a reference are from the list', () => {
  expect(refused(fields.oneOf(['a']), 'b')).toBe(true)
  expect(refused(fields.oneOf(['a']), 'toString')).toBe(true)
  expect(taken(fields.reference(), '12')).toBe(12)
  for (const typed of ['0', '-1', '1e3', '01', '1;drop', '9'.repeat(16), '']) {
    expect(refused(fields.reference(), typed)).toBe(true)
  }
  expect(taken(fields.optionalReference(), '')).toBeNull()
})

test('an empty field is told once that it is required, and nothing else', () => {
  for (const field of [fields.email(), fields.loginName(), fields.newPassword()]) {
    expect(reasons(field, '')).toEqual(['Required'])
  }
})

// F-58, F-59
test.each(['a@b.example', "o'brien+tag@sub.b.example", `${'x'.repeat(64)}@b.example`])(
  '%s is an address',
  (typed) => {
    expect(taken(fields.email(), ` ${typed} `)).toBe(typed)
  },
)
test.each([
  '',
  'a',
  'a@b',
  'a@@b.example',
  'a b@c.example',
  '"a"@b.example',
  'a@[127.0.0.1]',
  `${'x'.repeat(65)}@b.example`,
  'a@b.example\r\nBcc: c@d.example',
  `a@${'x'.repeat(250)}.example`,
])('%j is none', (typed) => {
  expect(refused(fields.email(), typed)).toBe(true)
})
