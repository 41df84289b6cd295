import { expect, test } from 'vitest'
import { dnsRecords } from '../../src/domains/dns.ts'
import { initialValues } from '../../src/plans/catalogue.ts'

const site = { name: 'shop.test', www: true, kind: 'main' as const }
const values = { ...initialValues(), mailboxes: 5 }
const lines = (...asked: Parameters<typeof dnsRecords>) =>
  dnsRecords(...asked).map(({ name, type, value, addressOf }) =>
    [name, type, addressOf ? `address of ${value}` : value].join(' '),
  )

test('a host known by its address', () => {
  expect(lines(site, values, '192.0.2.7')).toEqual([
    'shop.test A 192.0.2.7',
    'www.shop.test A 192.0.2.7',
    'shop.test MX 10 shop.test',
    'shop.test TXT v=spf1 a mx ~all',
  ])
  expect(lines({ ...site, www: false }, values, '2001:db8::7')[0]).toBe(
    'shop.test AAAA 2001:db8::7',
  )
})

test('a host known by its name', () => {
  expect(lines(site, values, 'web1.host.test')).toEqual([
    'shop.test A address of web1.host.test',
    'www.shop.test CNAME web1.host.test',
    'shop.test MX 10 web1.host.test',
    'shop.test TXT v=spf1 a mx ~all',
  ])
})

test('mail only where there is some, nothing at all in the sandbox', () => {
  const address = ['shop.test A 192.0.2.7']
  const bare = { ...site, www: false }
  expect(lines(bare, initialValues(), '192.0.2.7')).toEqual(address)
  expect(lines({ ...bare, kind: 'redirect' }, values, '192.0.2.7')).toEqual(address)
  expect(lines({ ...bare, kind: 'subdomain' }, values, '192.0.2.7')).toEqual(address)
  expect(lines({ ...bare, kind: 'alias' }, values, '192.0.2.7')).toHaveLength(3)
  expect(lines(site, values, '')).toEqual([])
})
