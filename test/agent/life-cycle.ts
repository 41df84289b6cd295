import { beforeAll, describe, expect, test } from 'vitest'
import type { Document, LiveDocument } from '../../src/contract/document.ts'
import type { Step } from '../../src/contract/messages.ts'
import { liveUser, numbered, removalOf } from '../contract/cast.ts'
import { carryOut, type Subject } from './subject.ts'

/** What holds on every kind of host; each test leaves it as it was. */
export function describeLifeCycle(start: () => Promise<Subject>): void {
  let subject: Subject
  beforeAll(async () => {
    subject = await start()
  })

  const one = (document: Document) => carryOut(subject, document)
  const passwdLine = async (name: string) =>
    (await subject.read('/etc/passwd'))?.split('\n').find((line) => line.startsWith(`${name}:`))
  const shadow = async (name: string) =>
    (await subject.read('/etc/shadow'))
      ?.split('\n')
      .find((line) => line.startsWith(`${name}:`))
      ?.split(':')
  const vhost = (name: string) => subject.read(`/etc/nginx/innkeeper.d/${name}.conf`)

  describe('a life', () => {
    const cato = liveUser({ shell: 'bash' })

    test('comes, is suspended, comes back and goes without a trace', async () => {
      const before = await subject.state()

      expect(await one(cato)).toMatchObject({ ok: true, errors: [], shortfalls: [] })
      expect(await passwdLine('cato')).toBe('cato:x:70001:70001:innkeeper 1:/home/cato:/bin/bash')
      expect((await shadow('cato'))?.[1]).toBe(cato.user.passwordHash)
      expect(await subject.read('/etc/innkeeper/ssh.allow')).toContain('cato\n')
      expect(await subject.read('/home/cato/web/shop.test/index.html')).toContain('set up')
      expect(await vhost('cato')).toContain('server_name shop.test www.shop.test;')

      const suspended = await one({ ...cato, generation: 2, state: 'suspended' })
      expect(suspended).toMatchObject({ ok: true, facts: { state: 'suspended' } })
      expect((await shadow('cato'))?.[1]).toBe(`!${cato.user.passwordHash}`)
      expect((await shadow('cato'))?.[7]).toBe('1')
      expect(await subject.read('/etc/innkeeper/ssh.allow')).not.toContain('cato')
      expect(await vhost('cato')).toContain('return 503')

      await one({ ...cato, generation: 3 })
      expect((await shadow('cato'))?.[1]).toBe(cato.user.passwordHash)
      expect((await shadow('cato'))?.[7]).toBe('')
      expect(await vhost('cato')).toContain('root /home/cato/web/shop.test;')

      const removed = await one(removalOf({ ...cato, generation: 3 }))
      expect(removed).toMatchObject({ ok: true, facts: null })
      expect(await subject.state()).toBe(before)
    })

    test('says what it has', async () => {
      const second = numbered(2)
      expect((await one(second)).facts).toEqual({
        state: 'active',
        home: '/home/cato2',
        shell: 'off',
        sites: [{ domain: 'shop2.test', root: '/home/cato2/web/shop2.test', php: '8.2' }],
      })
      await one(removalOf(second))
    })

    test('changes nothing when all is as wanted', async () => {
      const third = numbered(3)
      const steps: Step[] = []
      expect((await one(third)).changed).not.toEqual([])

      const again = await subject.apply([third], (step) => steps.push(step))

      expect(again).toMatchObject({ ok: true, reloaded: [], subscriptions: [{ changed: [] }] })
      expect(steps.map(({ step }) => step)).toEqual(['Lock', 'Check', 'Record'])
      await one(removalOf(third))
      const gone = await one({ ...removalOf(third), generation: 9 })
      expect(gone).toMatchObject({ ok: true, changed: [] })
    })

    test('gets and loses sites, and keeps what the customer has in them', async () => {
      const fourth = numbered(4)
      const more = { domain: 'blog.test', www: false, php: null }
      await one(fourth)
      const grown = await one({ ...fourth, generation: 2, sites: [...fourth.sites, more] })
      expect(grown.changed).toEqual(expect.arrayContaining(['vhost', 'document root']))
      expect(await subject.read('/home/cato4/web/blog.test/index.html')).toContain('set up')

      await one({ ...fourth, generation: 3, sites: [more] })
      expect(await vhost('cato4')).not.toContain('shop4.test')
      expect(await subject.read('/home/cato4/web/shop4.test/index.html')).toContain('set up')

      await one({ ...fourth, generation: 4, sites: [] })
      expect(await vhost('cato4')).toBeUndefined()
      await one(removalOf({ ...fourth, generation: 4 }))
    })

    // S-44 to S-48
    test('changes its shell', async () => {
      const fifth = numbered(5)
      const limits = '/etc/security/limits.d/innkeeper-cato5.conf'
      const shell = async (generation: number, user: Partial<LiveDocument['user']>) => {
        const result = await one({ ...fifth, generation, user: { ...fifth.user, ...user } })
        expect(result).toMatchObject({ ok: true, facts: { shell: user.shell } })
        return (await passwdLine('cato5'))?.split(':').at(-1)
      }

      expect(await shell(1, { shell: 'off' })).toBe('/bin/false')
      const limited = { cpuSeconds: 90, processes: 30 }
      expect(await shell(2, { shell: 'limited', limits: limited })).toBe('/bin/bash')
      expect(await subject.read(limits)).toMatch(/^cato5 - nproc 30\ncato5 - cpu 2$/m)
      expect(await shell(3, { shell: 'bash', limits: limited })).toBe('/bin/bash')
      expect(await subject.read(limits)).toBeUndefined()
      await one(removalOf({ ...fifth, generation: 3 }))
    })

    test('gets a new password', async () => {
      const sixth = numbered(6)
      const hash = `$6$other$${'b'.repeat(86)}`
      await one(sixth)
      const changed = await one({
        ...sixth,
        generation: 2,
        user: { ...sixth.user, passwordHash: hash },
      })
      // where there is FTP, its login has the same password
      expect(changed.changed.filter((what) => what !== 'ftp')).toEqual(['password'])
      expect((await shadow('cato6'))?.[1]).toBe(hash)
      await one(removalOf({ ...sixth, generation: 2 }))
    })

    // F-5
    test('may have names as long as DNS allows', async () => {
      const label = 'a'.repeat(63)
      const domain = [label, label, label, 'b'.repeat(53), 'example'].join('.')
      const short = `${label}.example`
      const sites = [domain, short].map((domain) => ({ domain, www: true, php: '8.2' }))
      const seventh = numbered(7, { sites })

      expect(await one(seventh)).toMatchObject({ ok: true, errors: [] })
      expect(await subject.read(`/home/cato7/web/${domain}/index.html`)).toContain('set up')
      await one(removalOf(seventh))
    })
  })

  describe('a host that cannot give all', () => {
    test('serves the nearest PHP and says what would help', async () => {
      const wanting = numbered(10, { sites: [{ domain: 'new.test', www: false, php: '8.99' }] })
      const result = await one(wanting)
      const php = result.facts?.sites[0]?.php
      expect(result.ok).toBe(true)
      expect(php).toMatch(/^8\.[0-9]$/)
      expect(result.shortfalls).toEqual([
        {
          property: 'phpVersion',
          wanted: '8.99',
          available: php,
          remedy: expect.stringMatching(/no (package of )?PHP 8.99.*: use another host, or lower/),
          said: {
            code: expect.stringMatching(/^no(Php|Package)ButOther$/),
            words: expect.objectContaining({ version: '8.99' }),
          },
        },
      ])
      expect((await one(wanting)).changed).toEqual([])
      await one(removalOf(wanting))
    })
  })

  test('works for one request after the other when several come at once', async () => {
    const before = await subject.state()
    const many = [30, 31, 32, 33, 34, 35].map((n) => numbered(n))
    const results = await Promise.all(
      many.flatMap((document) => [subject.apply([document]), subject.apply([document])]),
    )
    expect(results.map(({ ok }) => ok)).not.toContain(false)
    expect((await subject.apply(many)).subscriptions.flatMap(({ changed }) => changed)).toEqual([])
    await subject.apply(many.map(removalOf))
    expect(await subject.state()).toBe(before)
  })
}
