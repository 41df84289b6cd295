import { expect, test } from 'vitest'
import { wholeNumber } from '../../src/plans/whole-number.ts'

const read = (typed: string) => wholeNumber(typed, { least: 0, most: 999_999_999 })

test.each([
  ['0', 0], // S-18: 0 is an entry, empty is not
  ['1', 1],
  ['007', 7],
  [' 12 ', 12],
  ['999999999', 999_999_999],
])('takes %j', (typed, value) => {
  expect(read(typed)).toEqual({ ok: true, value })
})

test.each([
  ['', 'Required: enter a whole number. 0 means none.'], // F-27
  ['   ', 'Required: enter a whole number. 0 means none.'],
  ['\u00a0', 'Required: enter a whole number. 0 means none.'],
  ['-1', 'Not below 0.'], // F-28
  ['-0', 'Not below 0.'],
  ['1.5', 'Whole numbers only, without a point or comma.'], // S-10, F-30
  ['1,5', 'Whole numbers only, without a point or comma.'],
  ['1.0', 'Whole numbers only, without a point or comma.'],
  ['12,5', 'Whole numbers only, without a point or comma.'],
  ['1.000', 'Whole numbers only, without a point or comma.'],
  ['1.000,00', 'Whole numbers only, without a point or comma.'],
  ['-1.5', 'Whole numbers only, without a point or comma.'],
  ['.', 'Whole numbers only, without a point or comma.'],
  ['1 000', 'Write the number without spaces or separators, like 1000.'],
  ['1\u202f000', 'Write the number without spaces or separators, like 1000.'],
  ["1'000", 'Write the number without spaces or separators, like 1000.'],
  ['1_000', 'Write the number without spaces or separators, like 1000.'], // F-29
  ['1e3', 'Write the number out in digits, like 1000.'],
  ['0x10', 'Write the number out in digits, like 1000.'],
  ['0b11', 'Write the number out in digits, like 1000.'],
  ['10 GB', 'Only the number, without a unit.'],
  ['10MB', 'Only the number, without a unit.'],
  ['１２', 'Digits from 0 to 9 only.'],
  ['٣', 'Digits from 0 to 9 only.'],
  ['+5', 'Digits from 0 to 9 only.'],
  ['five', 'Digits from 0 to 9 only.'],
  ['Infinity', 'Digits from 0 to 9 only.'],
  ['NaN', 'Digits from 0 to 9 only.'],
  ['1\n2x', 'Digits from 0 to 9 only.'],
])('refuses %j in its own words', (typed, sentence) => {
  expect(read(typed)).toEqual({ ok: false, sentence })
})

test.each(['1000000000', '2147483648', '9223372036854775808', '99999999999', '9'.repeat(400)])(
  'refuses %.20s with the maximum',
  (typed) => {
    // F-31
    expect(read(typed)).toMatchObject({
      sentence: 'At most {most} is possible.',
      words: { most: 999_999_999 },
    })
  },
)

test('a smallest number is named too', () => {
  expect(wholeNumber('4', { least: 5, most: 10 })).toMatchObject({
    sentence: 'At least {least} is needed.',
    words: { least: 5 },
  })
  expect(wholeNumber('', { least: 1, most: 10 })).toMatchObject({
    sentence: 'Required: enter a whole number.',
  })
})
