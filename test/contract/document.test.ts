import { describe, expect, it } from 'vitest'
import { Document } from '../../src/contract/document.ts'
import { Request } from '../../src/contract/messages.ts'
import { live, removed } from './cast.ts'

const accepts = (value: unknown) => Document.safeParse(value).success

describe('a document', () => {
  it('is accepted alive, suspended and removed', () => {
    expect(accepts(live())).toBe(true)
    expect(accepts(live({ state: 'suspended' }))).toBe(true)
    expect(accepts(removed())).toBe(true)
  })

  it('has no key the other side does not know', () => {
    expect(accepts({ ...live(), root: true })).toBe(false)
    expect(accepts({ ...removed(), sites: [] })).toBe(false)
    expect(accepts(live({ user: { ...live().user, sudo: true } as never }))).toBe(false)
  })

  it('has only uids that are ours to give', () => {
    for (const uid of [0, 33, 1000, 60_000, 65_534, 65_535, 524_288, 70_000.5, '70001'])
      expect(accepts(live({ user: { ...live().user, uid: uid as number } })), `${uid}`).toBe(false)
  })

  it('has a generation above zero', () => {
    expect(accepts({ ...live(), generation: 0 })).toBe(false)
    expect(accepts({ ...live(), generation: 1.5 })).toBe(false)
  })
})

describe('a user name', () => {
  const named = (name: string) => accepts(live({ user: { ...live().user, name } }))

  it('is a short lower-case word', () => {
    expect(named('cato')).toBe(true)
    expect(named(`c${'1'.repeat(30)}`)).toBe(true)
  })

  // F-7, F-8, F-9, F-16
  it.each([
    'Alice',
    '1234',
    'a$',
    'a;id',
    'münchen',
    '..',
    'a/b',
    'a'.repeat(32),
    '',
    'www-data',
    '-rf',
    '--help',
    '-oProxyCommand=x',
    'cato\n',
    'cato\nroot2:x:0:0::/:/bin/sh',
    'ca\0to',
    'ca\u202eto',
    'ca to',
    'ca:to',
    '$(touch CANARY)',
    '`id`',
  ])('is not %j', (name) => {
    expect(named(name)).toBe(false)
  })

  // F-12
  it.each([
    'root',
    'www',
    'nobody',
    'postgres',
    'sync',
    'daemon',
    'admin',
    'localhost',
    'mail',
    'ns1',
    'sshd',
    'nginx',
    'innkeeper',
  ])('is not the reserved %s', (name) => {
    expect(named(name)).toBe(false)
    expect(accepts(removed({ user: { name, uid: 70_001 } }))).toBe(false)
  })
})

describe('a domain', () => {
  const sited = (domain: string) => accepts(live({ sites: [{ domain, www: true, php: null }] }))

  // F-1, F-5
  it('may be as long as DNS allows', () => {
    const label = 'a'.repeat(63)
    expect(sited('xn--bcher-kva.example')).toBe(true)
    expect(sited(`${label}.example`)).toBe(true)
    expect(sited([label, label, label, 'a'.repeat(53), 'example'].join('.'))).toBe(true)
    expect(sited(`${'a.'.repeat(126)}a`)).toBe(true)
  })

  // F-1, F-3, F-4, F-7, F-8, F-9, F-13, F-20, F-22
  it.each([
    `${'a'.repeat(64)}.example`,
    `${'a.'.repeat(126)}ab`,
    'example.com.',
    'Example.com',
    'bücher.example',
    'example',
    'a..b',
    '.example.com',
    '..',
    '../etc/passwd',
    'a_b.com',
    '*.example.com',
    '-rf.example',
    'rf-.example',
    '127.0.0.1',
    '127.1',
    '0x7f.1',
    '[::1]',
    '1.2.3',
    ' shop.test',
    'shop.test\n',
    'shop.test; return 200',
    'shop.test\0',
    'shop.test}',
    '$(touch CANARY).test',
    'shop\u2028.test',
    'http://shop.test',
  ])('is not %j', (domain) => {
    expect(sited(domain)).toBe(false)
  })

  it('is wanted once', () => {
    const site = { domain: 'shop.test', www: false, php: null }
    expect(accepts(live({ sites: [site, site] }))).toBe(false)
  })
})

describe('a password hash', () => {
  const hashed = (passwordHash: string) => accepts(live({ user: { ...live().user, passwordHash } }))
  const hash = live().user.passwordHash

  // F-45, F-46
  it.each([
    `${hash}\nroot:hacked`,
    `${hash}\n`,
    `\n${hash}`,
    `!${hash}`,
    `${hash}:0:0`,
    'secret',
    '',
    '*',
    '$1$salt$abcdefghijklmnopqrstuv',
    `$6$sa:lt$${'a'.repeat(86)}`,
  ])('is not %j', (text) => {
    expect(hashed(text)).toBe(false)
  })

  it('may name its rounds', () => {
    expect(hashed(hash.replace('$6$', '$6$rounds=5000$'))).toBe(true)
  })
})

describe('a shell', () => {
  // S-49
  it.each(['zsh', 'ash', '/bin/bash', 'bash; id', ''])('is not %j', (shell) => {
    expect(accepts(live({ user: { ...live().user, shell: shell as 'bash' } }))).toBe(false)
  })
})

describe('a request', () => {
  const request = (documents: unknown[]) =>
    Request.safeParse({ type: 'apply', id: 'r1', documents }).success

  it('has every subscription once', () => {
    expect(request([live(), live({ id: 2 })])).toBe(true)
    expect(request([live(), live()])).toBe(false)
    expect(request([])).toBe(false)
  })

  it('has an id that is safe to print', () => {
    expect(Request.safeParse({ type: 'ping', id: 'a\u001b[31m' }).success).toBe(false)
  })
})
