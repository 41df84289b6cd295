import { eq } from 'drizzle-orm'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import type { HostFacts } from '../../src/contract/messages.ts'
import { markOnline, storeFacts } from '../../src/hosts/health.ts'
import { hosts } from '../../src/hosts/schema.ts'
import { jobs } from '../../src/jobs/schema.ts'
import { resyncGrownHosts } from '../../src/subscriptions/resync.ts'
import type { Subscription } from '../../src/subscriptions/schema.ts'
import { aSubscription, type Cast, cast } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'

const db = ownDatabase()
let people: Cast
let lacking: Subscription
let facts: HostFacts
beforeAll(async () => {
  people = await cast(db())
  const { account } = people.cato
  const made = { unsynced: true }
  lacking = await aSubscription(db(), account, people.host, people.ritasGold, 'lacks.test', made)
  await aSubscription(db(), account, people.host, people.ritasGold, 'fine.test')
  facts = people.host.facts!
})
beforeEach(async () => {
  await db().delete(jobs)
  await db().update(hosts).set({ facts, grown: false }).where(eq(hosts.id, people.host.id))
})

const tried = async () =>
  (await db().select().from(jobs)).map(({ subscriptionId }) => subscriptionId)
const seen = (more: Partial<HostFacts>): HostFacts => ({ ...facts, ...more })
const scanning = () => seen({ provides: [...facts.provides, 'virusScan'] })

// P-56, P-50
test('who lacks something is tried again when the host has learned something', async () => {
  await storeFacts(db(), people.host.id, scanning())
  await resyncGrownHosts(db())
  expect(await tried()).toEqual([lacking.id])
  expect(await resyncGrownHosts(db())).toBe(0)
})

test('what it learned while it was away counts', async () => {
  const sighting = { agentVersion: 'v1', agentOutdated: false, facts: scanning() }
  await markOnline(db(), people.host.id, sighting)
  // facts that are asked for afterwards say nothing new
  await storeFacts(db(), people.host.id, scanning())
  await resyncGrownHosts(db())
  expect(await tried()).toEqual([lacking.id])
})

test('a larger disk counts, one that varies a little or shrinks does not', async () => {
  const { disk } = facts
  for (const factor of [1.01, 0.5]) {
    await storeFacts(db(), people.host.id, seen({ disk: { ...disk, total: disk.total * factor } }))
    expect(await resyncGrownHosts(db())).toBe(0)
  }
  await storeFacts(db(), people.host.id, seen({ disk: { ...disk, total: disk.total * 2 } }))
  expect(await resyncGrownHosts(db())).toBe(1)
})

test('a host that can do less makes nobody try', async () => {
  await storeFacts(db(), people.host.id, seen({ provides: [] }))
  expect(await resyncGrownHosts(db())).toBe(0)
})

test('two processes at once try it once', async () => {
  await storeFacts(db(), people.host.id, scanning())
  await Promise.all([resyncGrownHosts(db()), resyncGrownHosts(db())])
  expect(await tried()).toEqual([lacking.id])
})
