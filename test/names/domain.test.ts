import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Domain } from '../../src/contract/names.ts'
import { Invalid } from '../../src/errors.ts'
import { domainName, namesAbove, shownDomain, wasChanged } from '../../src/names/domain.ts'

const label63 = 'a'.repeat(63)
const longest = `${label63}.${label63}.${label63}.${'b'.repeat(58)}.de`

describe('accepted', () => {
  test.each([
    ['shop.test', 'shop.test'],
    ['testdomain.de', 'testdomain.de'],
    ['bücher.example', 'xn--bcher-kva.example'], // F-1
    ['BÜCHER.example', 'xn--bcher-kva.example'],
    ['bu\u0308cher.example', 'xn--bcher-kva.example'], // F-22: NFC
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['Example.COM.', 'example.com'], // F-3, F-15
    ['http://www.shop.test', 'shop.test'], // S-29
    ['https://WWW.Shop.test/cart?a=b#c', 'shop.test'],
    ['  shop.test\u00a0', 'shop.test'], // F-22
    ['\u200bshop.test\u200d', 'shop.test'],
    ['blog.shop.co.uk', 'blog.shop.co.uk'],
    ['www.test', 'www.test'],
    ['123.test', '123.test'],
    ['a--b.test', 'a--b.test'],
    [`${label63}.de`, `${label63}.de`], // F-5
    [longest, longest],
    [`${'a.'.repeat(125)}de`, `${'a.'.repeat(125)}de`],
  ])('%s', (typed, domain) => {
    expect(domainName(typed)).toBe(domain)
  })
})

const whole = /whole domain name/
const letters = /letters, digits and hyphens/
const control = /spaces or control/
const address = /IP address/
const long = /63/
const wrong = /international/
const never = /do not exist/
const below = /registered below/

describe('refused', () => {
  test.each([
    ['', /Enter a domain/],
    ['   ', /Enter a domain/],
    ['http://', /Enter a domain/],
    ['xn--a.test', wrong], // F-2
    ['xn--bcher-kva.xn--a', wrong],
    ['١٢.de', wrong],
    [`a${label63}.de`, long], // F-4
    [`c${longest}`, long],
    ['shop\u0000.test', control], // F-7
    ['shop.test\n', control],
    ['sh\u001bop.test', control],
    ['shop\u0085.test', control],
    ['shop\u2028.test', control],
    ['shop\u202e.test', control],
    ['sh\u200dop.test', control], // F-22
    ['shop .test', control],
    ['-rf', whole], // F-8
    ['--help.test', letters],
    ['-oProxyCommand=x.test', letters],
    ['$(touch x).test', control], // F-9
    ['a;id.test', letters],
    ['a%0a.test', letters],
    ["a'b.test", letters],
    ['root@shop.test', letters],
    ['shop.test:8080', letters],
    ['localhost', whole], // F-12
    ['www', whole],
    ['autoconfig.shop.test', /reserved/],
    ['mail.shop.test', /reserved/],
    ['_acme-challenge.shop.test', letters],
    ['127.0.0.1', address], // F-13
    ['127.1', address],
    ['0x7f.1', address],
    ['[::1]', address],
    ['::1', address],
    ['1.2.3', address],
    ['http://1.2.3.4/', address],
    ['*.example.com', letters], // F-20
    ['a_b.com', letters],
    ['a..b', letters],
    ['.shop.test', letters],
    ['shop.123', address], // F-21
    ['printer.local', never],
    ['x.onion', never],
    ['x.invalid', never],
    ['x.localhost', never],
    ['1.0.0.127.in-addr.arpa', never],
    ['co.uk', below],
    ['github.io', below],
  ])('%j', (typed, reason) => {
    const refused = (() => {
      try {
        return domainName(typed)
      } catch (error) {
        return error
      }
    })()
    expect(refused).toBeInstanceOf(Invalid)
    expect((refused as Invalid).message).toMatch(reason)
  })
})

test('whatever is typed, what comes out is safe for a host and comes out again', () => {
  const typed = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.domain().map((name) => `http://WWW.${name.toUpperCase()}./x`),
    fc.webUrl(),
    fc.array(fc.string({ unit: 'grapheme', maxLength: 8 })).map((parts) => parts.join('.')),
  )
  fc.assert(
    fc.property(typed, (text) => {
      const domain = accepted(text)
      if (domain === undefined) return
      expect(Domain.parse(domain)).toBe(domain)
      expect(domainName(domain)).toBe(domain)
    }),
    { numRuns: 500 },
  )
})

function accepted(text: string): string | undefined {
  try {
    return domainName(text)
  } catch (error) {
    if (error instanceof Invalid) return
    throw error
  }
}

test('international names are shown to people and to machines', () => {
  // F-1
  expect(shownDomain('xn--bcher-kva.example')).toBe('bücher.example (xn--bcher-kva.example)')
  expect(shownDomain('shop.test')).toBe('shop.test')
})

test('a change worth a word is told from none', () => {
  expect(wasChanged('http://www.shop.test', 'shop.test')).toBe(true)
  expect(wasChanged('Shop.test', 'shop.test')).toBe(true)
  expect(wasChanged(' shop.test', 'shop.test')).toBe(false)
  expect(wasChanged('bücher.example', 'xn--bcher-kva.example')).toBe(false)
})

test('the names above', () => {
  expect(namesAbove('a.blog.shop.test')).toEqual(['blog.shop.test', 'shop.test', 'test'])
})
