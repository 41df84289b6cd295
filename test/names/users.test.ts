import { expect, test } from 'vitest'
import { checkLoginName } from '../../src/names/login.ts'
import { freeSystemUser, isSystemUser, systemUserStem } from '../../src/names/system-user.ts'

test.each(['cato', 'a', 'cato.elder', 'c-a_t-o9', 'cato@example.org', '1a+b@mail.example.org'])(
  'a login may be called %s',
  (name) => {
    expect(() => checkLoginName(name)).not.toThrow()
  },
)

test.each([
  // F-7, F-8, F-12, F-16
  ...['Alice', '1234', 'a$', 'a;id', 'münchen', '..', 'a/b', 'a'.repeat(33), '', '-rf', '--help'],
  ...[
    'root',
    'www-data',
    'admin',
    'nobody',
    'schedule',
    'cato\n',
    'ca to',
    'ca\u0000to',
    'ca\u202eto',
  ],
  ...['@example.org', 'a@b', 'a@b@c.de', 'Cato@example.org', `${'a'.repeat(65)}@b.de`, "o'b@c.de"],
])('a login may not be called %j', (name) => {
  expect(() => checkLoginName(name)).toThrow(/user name|e-mail/)
})

test.each([
  ['shop.test', 'shop'],
  ['blog.shop.test', 'shop'],
  ['xn--bcher-kva.example', 'bucher'],
  ['1a.test', 'web1a'],
  ['my-shop.co.uk', 'myshop'],
  ['xn--80ak6aa92e.com', 'web'],
  [`${'a'.repeat(63)}.test`, 'a'.repeat(26)],
])('the system user for %s is made from %s', (domain, stem) => {
  expect(systemUserStem(domain)).toBe(stem)
  expect(isSystemUser(freeSystemUser(stem, new Set()))).toBe(true)
})

test('what is taken or reserved gets a number', () => {
  // F-12, F-16
  expect(freeSystemUser('shop', new Set(['shop', 'shop2']))).toBe('shop3')
  expect(freeSystemUser('root', new Set())).toBe('root2')
})
