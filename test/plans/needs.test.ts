import { expect, test } from 'vitest'
import { features } from '../../src/contract/features.ts'
import { initialValues, type Values } from '../../src/plans/catalogue.ts'
import { lacking, needs } from '../../src/plans/needs.ts'

const bare: Values = { ...initialValues('add-on'), disk: 'unlimited' }
const needed = (values: Partial<Values>) => needs({ ...bare, ...values })

test.each<[string, Partial<Values>, string[]]>([
  ['nothing', {}, []],
  ['a PHP version, by name', { php: true, phpVersion: '8.3' }, ['php8.3']],
  ['no PHP version while PHP is off', { phpVersion: '8.3' }, []],
  ['limits for the limited shell', { shell: 'limited' }, ['shellLimits']],
  ['nothing for a plain shell', { shell: 'bash' }, []],
  ['quota to keep a limit on disk space', { disk: 5 }, ['quota']],
  ['quota for an enforced one', { disk: 5, diskLimit: 'enforced' }, ['quota']],
  ['nothing to enforce where there is no limit', { diskLimit: 'enforced' }, []],
  ['a virus scan', { virusScan: true }, ['virusScan']],
  ['a mail server for mailboxes', { mailboxes: 1 }, ['mail']],
])('asks a host for %s', (_, values, expected) => {
  expect(needed(values)).toEqual(expected)
})

test('a plan with everything asks for nothing a host cannot name', () => {
  const wanted = needs({ ...initialValues('reseller'), disk: 1, shell: 'limited' })
  expect(features).toEqual(expect.arrayContaining(wanted))
  expect(new Set(wanted).size).toBe(wanted.length)
})

test('only what hosts tell of makes a subscription unsynced', () => {
  // P-48: media comes with its service, and a disk limit is measured where nobody said more
  const values = { ...bare, disk: 5, mediaServices: 1, https: true, perl: true, virusScan: true }
  expect(lacking(values, ['php8.2'])).toEqual(['perl', 'https', 'virusScan'])
  expect(lacking(values, ['perl', 'https', 'virusScan'])).toEqual([])
  expect(lacking({ ...bare, disk: 5, diskLimit: 'enforced' }, [])).toEqual(['diskLimit'])
})
