import { eq } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { auditEntries } from '../../src/audit/schema.ts'
import { addDomain } from '../../src/domains/adding.ts'
import { changeDomain } from '../../src/domains/change.ts'
import { addForwarding, webAddress } from '../../src/domains/forwarding.ts'
import { removeDomain } from '../../src/domains/removal.ts'
import { Conflict, Forbidden, Invalid, NotFound, Stale, Taken } from '../../src/errors.ts'
import { parts } from '../../src/runner/parts.ts'
import { domains } from '../../src/subscriptions/schema.ts'
import { wantedDocuments } from '../../src/subscriptions/wanted.ts'
import { aSubscription, reread } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { shopkeepers } from './cast.ts'

const db = ownDatabase(20)
let people: Awaited<ReturnType<typeof shopkeepers>>
beforeEach(async () => {
  await emptied(db())
  people = await shopkeepers(db())
})

const bare = { sharedWith: null, www: true, php: null, consent: false }
const add = (name: string, more = {}, actor = people.cato.actor) =>
  addDomain(db(), actor, people.shop.id, { ...bare, name, ...more })
const forward = (name: string, address: string | null = null, actor = people.cato.actor) =>
  addForwarding(db(), actor, people.shop.id, { name, address, consent: false })
const names = async () => (await db().select().from(domains)).map(({ name }) => name).sort()
const sites = async () => {
  const [document] = await wantedDocuments(db(), parts, [people.shop.id], Buffer.alloc(32))
  return document && 'sites' in document ? document.sites : []
}

test('a further domain and a subdomain of it, each counted where it belongs', async () => {
  // S-16, S-28, S-29
  const { domain, jobId } = await add('HTTP://www.Blog.test/')
  expect(domain).toMatchObject({ kind: 'domain', name: 'blog.test', www: true })
  expect(jobId).toBeGreaterThan(0)
  const sub = await add('de.blog.test', { sharedWith: domain.id, www: false, php: 'off' })
  expect(sub.domain).toMatchObject({ kind: 'subdomain', folder: 'blog.test' })

  expect(await sites()).toEqual([
    { domain: 'shop.test', www: true, php: '8.3' },
    { domain: 'blog.test', www: true, php: '8.3' },
    { domain: 'de.blog.test', www: false, php: null, folder: 'blog.test' },
  ])
  expect(await reread(db(), people.shop)).toMatchObject({ generation: 3 })
  const trail = await db().select().from(auditEntries)
  expect(trail.map(({ action }) => action)).toEqual(['domain.added', 'subdomain.added'])
})

test('an international name is one name, however it is written', async () => {
  // F-1, F-3
  await add('bücher.test')
  for (const same of ['BÜCHER.test', 'xn--bcher-kva.test', 'bücher.test.'])
    await expect(add(same)).rejects.toThrow(Taken)
  expect(await names()).toEqual(['shop.test', 'xn--bcher-kva.test'])
})

test.each([
  'xn--a.test', // F-2
  `${'a'.repeat(64)}.test`, // F-4
  'a\u0000b.test', // F-7
  'a\u202eb.test',
  '--help.test', // F-8
  '$(touch CANARY).test', // F-9
  'a;b.test',
  "a'b.test",
  'localhost', // F-12
  'mail.shop.test',
  '127.1', // F-13
  '[::1]',
  '*.shop.test', // F-20
  'a_b.test',
  'a..b.test',
  'shop.local', // F-21
  'shop.123',
  'sh op.test', // F-22
  'co.uk',
  '',
])('%s is no domain', async (typed) => {
  await expect(add(typed)).rejects.toThrow(Invalid)
  await expect(forward(typed)).rejects.toThrow(Invalid)
  expect(await names()).toEqual(['shop.test'])
})

test('the longest name there is goes without www.', async () => {
  // F-5
  const longest = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(56)}.test`
  await expect(add(longest)).rejects.toThrow('www. does not fit')
  await add(longest, { www: false })
  expect((await forward(`${'e'.repeat(63)}${longest.slice(63)}`)).domain.www).toBe(false)
  expect(await sites()).toHaveLength(3)
})

test('of twenty who want a name at once one gets it, whatever for', async () => {
  // F-15
  const other = await aSubscription(
    db(),
    people.cleo.account,
    people.host,
    people.plan,
    'cleo.test',
  )
  const wish = { ...bare, name: 'New.test.' }
  const tries = Array.from({ length: 20 }, (_, n) =>
    n % 2 === 0
      ? addDomain(db(), people.cleo.actor, other.id, wish)
      : forward('new.test', 'https://there.test'),
  )
  const answers = await Promise.allSettled(tries)

  const refused = answers.filter((answer) => answer.status === 'rejected')
  expect(refused).toHaveLength(19)
  for (const { reason } of refused) expect(reason).toBeInstanceOf(Taken)
  expect(await names()).toEqual(['cleo.test', 'new.test', 'shop.test'])
})

test('a name below another account’s domain needs the consent of who provides for that account', async () => {
  //
  await aSubscription(db(), people.cleo.account, people.host, null, 'cleo.test')
  await expect(add('a.cleo.test')).rejects.toThrow(Taken)
  await expect(add('a.cleo.test', { consent: true })).rejects.toThrow(Taken)
  await expect(add('a.cleo.test', { consent: true }, people.rita.actor)).rejects.toThrow(Taken)
  const asked = add('a.cleo.test', {}, people.ada.actor)
  await expect(asked).rejects.toMatchObject({ field: 'consent', words: { name: 'Cleo' } })
  const { domain } = await add('a.cleo.test', { consent: true }, people.ada.actor)
  expect(domain.kind).toBe('domain')
})

test('no more than the plan has room for', async () => {
  for (const n of [1, 2, 3]) await add(`d${n}.test`)
  await expect(add('d4.test')).rejects.toMatchObject({ words: { used: 4, limit: 4 } })
  for (const n of [1, 2, 3]) await forward(`f${n}.test`)
  await expect(forward('f4.test')).rejects.toMatchObject({ words: { used: 3, limit: 3 } })
})

test('PHP of a domain: what the plan gives and older, and what it gives now', async () => {
  await expect(add('new.test', { php: '8.4' })).rejects.toThrow('does not give')
  await expect(add('new.test', { php: '8.2; touch CANARY' })).rejects.toThrow(Invalid)
  await add('old.test', { php: '8.2' })
  expect((await sites())[1]).toMatchObject({ php: '8.2' })
})

test('a forwarding shows the subscription’s own site, or leads to an address', async () => {
  // S-55 to S-57
  await forward('also.test')
  await forward('away.test', 'https://there.test/a b?c="d"&e=$f')

  expect((await sites()).slice(1)).toEqual([
    { domain: 'also.test', www: true, php: '8.3', folder: 'shop.test' },
    {
      domain: 'away.test',
      www: true,
      php: null,
      redirect: 'https://there.test/a%20b?c=%22d%22&e=%24f',
    },
  ])
  await expect(forward('round.test', 'http://www.round.test/')).rejects.toThrow('leads back')
  for (const bad of ['javascript:alert(1)', 'https://', 'ftp://a.test', 'http://u:p@a.test', 'a b'])
    await expect(forward('bad.test', bad), bad).rejects.toMatchObject({ field: 'address' })
})

test('an address without a path keeps what was asked for', () => {
  expect(webAddress('There.test')).toBe('http://there.test')
  expect(webAddress('https://there.test/')).toBe('https://there.test/')
  expect(webAddress('https://bücher.test:8443')).toBe('https://xn--bcher-kva.test:8443')
})

test('what belongs to a domain can be changed, but not over somebody else’s change', async () => {
  const { domain } = await add('blog.test')
  const wish = { ...bare, suspendedText: 'Back soon', httpsOnly: true, version: 1 }
  const { consent: _, ...change } = wish
  expect(await changeDomain(db(), people.rita.actor, domain.id, change)).toBeGreaterThan(0)
  expect((await sites())[1]).toMatchObject({ suspendedText: 'Back soon', httpsOnly: true })
  // F-73
  await expect(changeDomain(db(), people.cato.actor, domain.id, change)).rejects.toThrow(Stale)
  expect(
    await changeDomain(db(), people.cato.actor, domain.id, { ...change, version: 2 }),
  ).toBeNull()
  const foreign = await aSubscription(db(), people.cato.account, people.host, null, 'else.test')
  const [main] = await db().select().from(domains).where(eq(domains.subscriptionId, foreign.id))
  await expect(
    changeDomain(db(), people.cato.actor, domain.id, {
      ...change,
      version: 2,
      sharedWith: main!.id,
    }),
  ).rejects.toMatchObject({ field: 'folder' })
})

test('a removed name is free again, but nobody takes one from under another', async () => {
  // S-58
  const { domain } = await add('blog.test')
  const sub = await add('de.blog.test')
  await expect(removeDomain(db(), people.cato.actor, domain.id)).rejects.toThrow(Conflict)
  await removeDomain(db(), people.cato.actor, sub.domain.id)
  await removeDomain(db(), people.cato.actor, domain.id)
  expect(await sites()).toHaveLength(1)
  await forward('blog.test')

  const [main] = await db().select().from(domains).where(eq(domains.kind, 'main'))
  await expect(removeDomain(db(), people.rita.actor, main!.id)).rejects.toThrow(Conflict)
})

test('strangers find nothing, and who may only look changes nothing', async () => {
  const { domain } = await add('blog.test')
  for (const { actor } of [people.cleo, people.rolf]) {
    await expect(add('x.test', {}, actor)).rejects.toThrow(NotFound)
    await expect(removeDomain(db(), actor, domain.id)).rejects.toThrow(NotFound)
  }
  for (const role of ['read', 'mail'] as const) {
    const actor = { ...people.cato.actor, role }
    await expect(add('x.test', {}, actor)).rejects.toThrow(Forbidden)
    await expect(removeDomain(db(), actor, domain.id)).rejects.toThrow(Forbidden)
  }
})
