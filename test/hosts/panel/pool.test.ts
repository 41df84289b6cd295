import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq, sql } from 'drizzle-orm'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { HostAway, HostKeyChanged, type Hosts } from '../../../src/hosts/connection/hosts.ts'
import { panelKey } from '../../../src/hosts/connection/panel-key.ts'
import { openHosts } from '../../../src/hosts/connection/pool.ts'
import { hostsToLookAt } from '../../../src/hosts/health.ts'
import { type Host, hosts } from '../../../src/hosts/schema.ts'
import { ownDatabase } from '../../support/database.ts'
import { live } from './documents.ts'
import { answering, type FalseHost, facts, falseHost, falsePort } from './false-host.ts'

const db = ownDatabase()
let folder: string
let pool: Hosts

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'innkeeper-pool-'))
  pool = openHosts({ db: db(), dataFolder: folder, key: panelKey(folder) })
  await db().delete(hosts)
})
afterEach(async () => {
  await pool.close()
  rmSync(folder, { recursive: true })
})

const good = answering(({ type, id }) => [
  type === 'facts' ? { type, id, facts } : { type: 'pong', id, busy: false },
])

async function enrolled(place: Partial<FalseHost>, more: Partial<Host> = {}): Promise<number> {
  const { address = '', port = 22, hostKey = null } = place
  const values = { name: 'web1', kind: 'ssh' as const, state: 'online' as const }
  const [host] = await db()
    .insert(hosts)
    .values({ ...values, address, port, hostKey, ...more })
    .returning()
  return host!.id
}

const row = async (id: number) => (await db().select().from(hosts).where(eq(hosts.id, id)))[0]!

test('one connection is kept, made again when it was lost', async () => {
  await using host = await falseHost({ agent: good })
  const id = await enrolled(host, { state: 'offline', stateReason: 'It does not answer.' })

  const [one, two] = await Promise.all([pool.open(id), pool.open(id)])
  expect(one).toBe(two)
  expect(host.tried.filter((method) => method === 'none')).toHaveLength(1)
  expect(await row(id)).toMatchObject({
    state: 'online',
    stateReason: '',
    agentVersion: 'v1',
    agentOutdated: true,
    facts,
  })

  host.crash()
  await expect.poll(async () => (await pool.open(id)) !== one).toBe(true)
  expect(await (await pool.open(id)).facts()).toEqual(facts)
})

test('a host that is away says why and since when, and is left alone for longer each time', async () => {
  // F-150
  const gone = await falsePort(() => {})
  await gone[Symbol.asyncDispose]()
  const id = await enrolled(gone)

  const pauses: number[] = []
  for (let tries = 1; tries <= 7; tries++) {
    await expect(pool.open(id)).rejects.toThrow(HostAway)
    const [left] = await db().execute<{ pause: number }>(
      sql`select extract(epoch from retry_at - now())::float8 as pause from hosts`,
    )
    pauses.push(left!.pause)
    expect(await row(id)).toMatchObject({
      state: 'offline',
      stateReason: 'It refuses the connection.',
      failures: tries,
    })
  }
  expect(pauses[0]).toBeLessThan(2.1)
  expect(pauses.every((pause) => pause <= 30)).toBe(true)
  expect(pauses[6]).toBeGreaterThan(14)
  expect(await hostsToLookAt(db())).toEqual([])

  const { stateSince } = await row(id)
  await db().update(hosts).set({ retryAt: sql`now()` })
  expect(await hostsToLookAt(db())).toEqual([id])
  expect((await row(id)).stateSince).toEqual(stateSince)
})

test('a host that somebody else found away is online again when our connection serves', async () => {
  await using host = await falseHost({ agent: good })
  const id = await enrolled(host)
  const first = await pool.open(id)
  await db().update(hosts).set({ state: 'offline', stateReason: 'It does not answer.' })

  expect(await pool.open(id)).toBe(first)
  expect(await row(id)).toMatchObject({ state: 'online', stateReason: '' })

  pool.drop(id)
  expect(await pool.open(id)).not.toBe(first)
})

test('another host key stops the host until a person confirms it', async () => {
  // F-151
  await using host = await falseHost({ agent: good })
  await using other = await falseHost({ agent: good })
  const id = await enrolled({ ...host, hostKey: other.hostKey })

  await expect(pool.open(id)).rejects.toThrow(HostKeyChanged)
  expect(await row(id)).toMatchObject({
    state: 'key-changed',
    hostKey: other.hostKey,
    offeredKey: host.hostKey,
  })
  await expect(pool.open(id)).rejects.toMatchObject({ offered: host.hostKey })
  expect(host.tried).toEqual([])
  expect(await hostsToLookAt(db())).toEqual([])
})

test('a kept connection is not used for another key or address', async () => {
  await using host = await falseHost({ agent: good })
  await using other = await falseHost({ agent: good })
  const id = await enrolled(host)
  const first = await pool.open(id)

  const { address, port, hostKey } = other
  await db().update(hosts).set({ address, port, hostKey }).where(eq(hosts.id, id))
  expect(await pool.open(id)).not.toBe(first)
  expect(other.tried).toContain('publickey')
})

test.each(['new', 'enrolling', 'failed'] as const)(
  'a host that is %s is not worked with',
  async (state) => {
    await using host = await falseHost({ agent: good })
    const id = await enrolled(host, { state })
    await expect(pool.open(id)).rejects.toThrow('not set up yet')
    expect(host.tried).toEqual([])
  },
)

test('a host that may no longer be worked with is not even pinged', async () => {
  await using host = await falseHost({ agent: good })
  const id = await enrolled(host)
  const connection = await pool.open(id)
  await db().update(hosts).set({ state: 'key-changed', offeredKey: 'ssh-ed25519 AAAA' })

  await expect(pool.open(id)).rejects.toThrow(HostKeyChanged)
  await expect(connection.ping()).rejects.toThrow(HostAway)
})

test('a pool that is closed opens nothing any more', async () => {
  await using host = await falseHost({ agent: good })
  const id = await enrolled(host)
  await pool.close()
  await expect(pool.open(id)).rejects.toThrow('The panel is stopping')
  expect(await row(id)).toMatchObject({ state: 'online' })
})

test('a removed host is away', async () => {
  await expect(pool.open(4711)).rejects.toThrow(HostAway)
})

test('a sandbox works in a folder of the installation', async () => {
  const id = await enrolled({}, { kind: 'sandbox', name: 'sandbox' })
  const connection = await pool.open(id)
  const result = await connection.apply([live(1)], () => {})

  expect(result).toMatchObject({ ok: true, subscriptions: [{ id: 1, facts: { state: 'active' } }] })
  expect(await connection.facts()).toMatchObject({ subscriptions: 1 })
  expect(await row(id)).toMatchObject({ state: 'online', agentOutdated: false })
})
