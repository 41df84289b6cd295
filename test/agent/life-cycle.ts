import { beforeAll, describe, expect, test } from 'vitest'
import type { Document, LiveDocument } from '../../src/contract/document.ts'
import type { Result, Step } from '../../src/contract/messages.ts'
import { liveUser, numbered, removalOf } from '../contract/cast.ts'

/** Whatever carries out documents: a real host over ssh, or the sandbox. */
export interface Subject {
  apply(documents: Document[], onStep?: (step: Step) => void): Promise<Omit<Result, 'type' | 'id'>>
  /** A text file; undefined when there is none. */
  read(path: string): Promise<string | undefined>
  /** The same text as long as nothing of a subscription has come or gone. */
  state(): Promise<string>
  /** Makes a user behind our back. */
  addUser(name: string, uid: number): Promise<void>
}

/** What holds on every kind of host; each test leaves it as it was. */
export function describeLifeCycle(start: () => Promise<Subject>): void {
  let subject: Subject
  beforeAll(async () => {
    subject = await start()
  })

  const one = async (document: Document) => {
    const { subscriptions } = await subject.apply([document])
    return subscriptions[0]!
  }
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
      expect(changed.changed).toEqual(['password'])
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
          remedy: 'install php8.99-fpm',
        },
      ])
      expect((await one(wanting)).changed).toEqual([])
      await one(removalOf(wanting))
    })
  })

  describe('a request that may not be done', () => {
    test('is refused when it is older than what the host has', async () => {
      const wanted = numbered(20, { generation: 5 })
      await one(wanted)
      const before = await subject.state()
      for (const generation of [1, 4]) {
        const late = await one({ ...wanted, generation, state: 'suspended' })
        expect(late).toMatchObject({ ok: false, changed: [], errors: [{ code: 'stale' }] })
      }
      expect(await subject.state()).toBe(before)
      await one(removalOf(wanted))
    })

    // F-161
    test('does not bring back what was removed', async () => {
      const wanted = numbered(21)
      const before = await subject.state()
      await one({ ...removalOf(wanted), generation: 7 })
      expect(await one({ ...wanted, generation: 6 })).toMatchObject({ errors: [{ code: 'stale' }] })
      expect(await subject.state()).toBe(before)
    })

    // F-17
    test('does not take a user that is not ours, whether by name or by number', async () => {
      await subject.addUser('foreign', 1234)
      await subject.addUser('other', 70_023)
      const before = await subject.state()

      const byName = liveUser({ name: 'foreign', uid: 70_022 }, { id: 22 })
      const byUid = liveUser({ name: 'cato23', uid: 70_023 }, { id: 23 })
      const exact = liveUser({ name: 'other', uid: 70_023 }, { id: 24 })
      for (const document of [byName, byUid, exact]) {
        const result = await one(document)
        expect(result).toMatchObject({ ok: false, changed: [], errors: [{ code: 'conflict' }] })
        // what was never made is removed at once, and nobody else's
        expect(await one(removalOf(document))).toMatchObject({ ok: true, changed: [] })
      }
      expect(await subject.state()).toBe(before)
    })

    // F-17, F-19, F-161
    test("does not touch another subscription's user", async () => {
      const mine = numbered(25)
      await one(mine)
      const before = await subject.state()

      const thief = { ...mine, id: 26, generation: 3 }
      expect(await one(thief)).toMatchObject({ ok: false, errors: [{ code: 'conflict' }] })
      expect(await one(removalOf(thief))).toMatchObject({ ok: true, changed: [] })
      const renamed = { ...mine, generation: 2, user: { ...mine.user, name: 'cato27' } }
      expect(await one(renamed)).toMatchObject({ ok: false, errors: [{ code: 'conflict' }] })

      expect(await subject.state()).toBe(before)
      await one(removalOf({ ...mine, generation: 8 }))
    })

    test('does not stop the others in its batch', async () => {
      const good = numbered(28)
      const twin = { ...good, id: 29 }
      const { ok, subscriptions } = await subject.apply([good, twin])
      expect(ok).toBe(false)
      expect(subscriptions).toMatchObject([
        { id: 28, ok: true },
        { id: 29, ok: false, errors: [{ code: 'conflict' }] },
      ])
      await one(removalOf(good))
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
