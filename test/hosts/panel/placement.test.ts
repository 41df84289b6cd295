import { expect, test } from 'vitest'
import type { HostFacts } from '../../../src/contract/messages.ts'
import { Invalid } from '../../../src/errors.ts'
import { ensureFirstHost } from '../../../src/hosts/first-sandbox.ts'
import { type Candidate, placeOn, rank } from '../../../src/hosts/placement.ts'
import { type Host, hosts } from '../../../src/hosts/schema.ts'
import { initialValues } from '../../../src/plans/catalogue.ts'
import { ownDatabase } from '../../support/database.ts'
import { facts } from './false-host.ts'

const db = ownDatabase()
const GB = 1024 ** 3
const values = initialValues()

const candidate = (id: number, more: Partial<Candidate> = {}): Candidate => ({
  id,
  kind: 'ssh',
  provides: ['php8.2'],
  freeDisk: 10 * GB,
  subscriptions: 0,
  ...more,
})

const order = (...candidates: Candidate[]) =>
  rank(candidates, ['php8.2', 'imap']).map(({ id }) => id)

test('what a host lacks counts before its room, its room before its load', () => {
  expect(
    order(
      candidate(1, { provides: [], freeDisk: 99 * GB }),
      candidate(2, { subscriptions: 5 }),
      candidate(3, { subscriptions: 4 }),
      candidate(4, { freeDisk: 20 * GB, subscriptions: 9 }),
      candidate(5, { provides: ['php8.2', 'imap'], freeDisk: 1 }),
    ),
  ).toEqual([5, 4, 3, 2, 1])
})

test('a sandbox is taken only where there is no real host', () => {
  expect(order(candidate(1, { kind: 'sandbox', freeDisk: 99 * GB }), candidate(2))).toEqual([2])
  expect(order(candidate(1, { kind: 'sandbox' }))).toEqual([1])
})

const withFacts = (free: number): HostFacts => ({ ...facts, disk: { total: 100 * GB, free } })
const add = (name: string, more: Partial<Host> = {}) =>
  db()
    .insert(hosts)
    .values({ name, kind: 'ssh', state: 'online', facts: withFacts(10 * GB), ...more })
    .returning()
    .then(([host]) => host!)
const place = (chosen: number | null = null) =>
  db().transaction((tx) => placeOn(tx, values, chosen))

test('the online, open host with most room is chosen', async () => {
  await db().delete(hosts)
  await add('away', { state: 'offline', facts: withFacts(90 * GB) })
  await add('closed', { open: false, facts: withFacts(80 * GB) })
  await add('small')
  const large = await add('large', { facts: withFacts(20 * GB) })

  expect(await place()).toMatchObject({ id: large.id })
})

test('without a host that is online the form says so', async () => {
  await db().delete(hosts)
  await expect(place()).rejects.toThrow(Invalid)

  await add('web1', { state: 'offline' })
  await ensureFirstHost(db())
  await add('sandbox', { kind: 'sandbox' })
  await expect(place()).rejects.toThrow('No host is online just now')
})

test('a chosen host must take new subscriptions, and may be away', async () => {
  await db().delete(hosts)
  const away = await add('away', { state: 'offline' })
  const closed = await add('closed', { open: false })
  const changed = await add('changed', { state: 'key-changed' })

  expect(await place(away.id)).toMatchObject({ id: away.id })
  await expect(place(closed.id)).rejects.toThrow('takes no new subscriptions')
  await expect(place(changed.id)).rejects.toThrow('is not ready')
  await expect(place(4711)).rejects.toThrow(Invalid)
})

test('the first start brings a sandbox, and only the first', async () => {
  await db().delete(hosts)
  await Promise.all([ensureFirstHost(db()), ensureFirstHost(db())])
  expect(await db().select().from(hosts)).toMatchObject([{ kind: 'sandbox', state: 'online' }])
  expect(await place()).toMatchObject({ kind: 'sandbox' })
})
