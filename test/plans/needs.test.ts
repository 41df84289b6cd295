import { expect, test } from 'vitest'
import { features } from '../../src/contract/features.ts'
import { initialValues, type Values } from '../../src/plans/catalogue.ts'
import { needs } from '../../src/plans/needs.ts'

const bare: Values = { ...initialValues('add-on'), disk: 'unlimited' }
const needed = (values: Partial<Values>) => needs({ ...bare, ...values })

test.each<[string, Partial<Values>, string[]]>([
  ['nothing', {}, []],
  ['a PHP version, by name', { php: true, phpVersion: '8.3' }, ['php8.3']],
  ['no PHP version while PHP is off', { phpVersion: '8.3' }, []],
  ['limits for the limited shell', { shell: 'limited' }, ['shellLimits']],
  ['nothing for a plain shell', { shell: 'bash' }, []],
  ['quota to keep a limit on disk space', { disk: 5 }, ['quota']],
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
