import { describe, expect, test } from 'vitest'
import { initialValues, type PropertyKey, type Values } from '../../src/plans/catalogue.ts'
import { valuesForm } from '../../src/plans/form.ts'
import { MB } from '../../src/plans/property.ts'
import { type PlanKind, planKinds } from '../../src/plans/schema.ts'
import type { Fields } from '../support/web.ts'
import { valueFields } from './fields.ts'

const read = (fields: Fields, kind: PlanKind = 'service', cap: Values | null = null) =>
  valuesForm(kind, cap).safeParse(fields)
const usual = (fields: Fields = {}) => ({ ...valueFields('service', initialValues()), ...fields })
const errors = (fields: Fields, kind: PlanKind = 'service', cap: Values | null = null) =>
  read(fields, kind, cap).error?.issues.map(({ path, message }) => [path.join(), message])

test.each(planKinds)('the form of a new %s plan reads back as it was drawn', (kind) => {
  const values = initialValues(kind)
  expect(read(valueFields(kind, values), kind).data).toEqual({ values })
})

test('numbers of bytes are MB', () => {
  expect(read(usual({ disk: '5' })).data!.values.disk).toBe(5 * MB)
  expect(read(usual({ mailboxes: '5' })).data!.values.mailboxes).toBe(5)
})

test('unlimited needs no number, and wins over one', () => {
  // S-12
  for (const disk of ['', '7', 'rubbish']) {
    expect(read(usual({ disk, 'disk.unlimited': 'on' })).data!.values.disk).toBe('unlimited')
  }
})

test('a number typed beside a box that was ticked before is what is wanted', () => {
  expect(read(usual({ disk: '7', 'disk.unlimited': 'kept' })).data!.values.disk).toBe(7 * MB)
  expect(read(usual({ disk: ' ', 'disk.unlimited': 'kept' })).data!.values.disk).toBe('unlimited')
  expect(errors(usual({ disk: 'x', 'disk.unlimited': 'kept' }))).toHaveLength(1)
})

describe.each<PropertyKey>([
  'disk',
  'traffic',
  'mailboxes',
  'mailingLists',
  'ftpLogins',
  'subdomains',
  'databases',
])('%s', (key) => {
  // S-10 to S-18
  test('0 is a number, empty is none', () => {
    expect(read(usual({ [key]: '0' })).data!.values[key]).toBe(0)
    expect(errors(usual({ [key]: '' }))).toEqual([
      [key, 'Required: enter a whole number. 0 means none.'],
    ])
  })

  test('what is not a whole number is refused there', () => {
    for (const typed of ['1.5', '1,5', '1 000', '1e3', '0x10', '１２', '-1', '99999999999']) {
      expect(errors(usual({ [key]: typed }))).toEqual([[key, expect.any(String)]])
    }
  })
})

test('every mistake is told at once', () => {
  const wrong = usual({ disk: '1.5', mailboxes: '', traffic: '-1', imap: 'on' })
  expect(errors(wrong)!.map(([field]) => field)).toEqual(['disk', 'traffic', 'mailboxes'])
})

test('the largest number of MB is still exact in bytes, one more is refused', () => {
  // F-34
  expect(read(usual({ disk: '999999999' })).data!.values.disk).toBe(999_999_999 * MB)
  expect(Number.isSafeInteger(999_999_999 * MB)).toBe(true)
  expect(read(usual({ disk: '8589934592' })).error!.issues).toMatchObject([
    { path: ['disk'], params: { most: 999_999_999 } },
  ])
})

test('a smallest number holds for plans, not for add-ons', () => {
  const wrong = usual({ processLimit: '4' })
  expect(errors(wrong)).toEqual([['processLimit', 'At least {least} is needed.']])
  expect(read(valueFields('add-on', initialValues('add-on')), 'add-on').success).toBe(true)
})

test.each<[string, Fields]>([
  ['a field it does not have', { price: '1' }], // F-82, F-83
  ["a reseller's field", { customers: '5' }],
  ['a box that a field does not have', { 'overuseNotice.unlimited': 'on' }],
  ['a number twice', { disk: ['1', '999'] }], // F-33
  ['a box that is neither on nor off', { imap: 'yes' }],
  ['a shell there is not', { shell: 'zsh' }], // S-49
  ['an application there is not', { applications: ['PHP', 'Fax'] }],
  ['a PHP version twice', { phpVersion: ['8.2', '8.3'] }],
])('refuses %s', (_, fields) => {
  expect(read(usual(fields)).success).toBe(false)
})

test('a missing field is refused, a box that is off is not', () => {
  // F-83
  const { disk: _, ...rest } = usual()
  expect(errors(rest)).toEqual([['disk', 'Required']])
  expect(read(usual()).data!.values).toMatchObject({ imap: false, applications: [] })
})

test("nothing goes beyond the owner's own, each at its field", () => {
  //
  const cap = { ...initialValues('reseller'), disk: 5 * MB, imap: false, shell: 'off' }
  const fields = usual({ disk: '6', imap: 'on', shell: 'bash' })
  expect(read(fields, 'service', cap).error!.issues).toMatchObject([
    { path: ['disk'], params: { most: 5 } },
    { path: ['imap'] },
    { path: ['shell'], params: { most: 'Off' } },
  ])
  expect(read(usual({ disk: '', 'disk.unlimited': 'on' }), 'service', cap).success).toBe(true)
})
