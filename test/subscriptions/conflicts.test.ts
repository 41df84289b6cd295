import { eq, sql } from 'drizzle-orm'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Actor } from '../../src/audit/actor.ts'
import { auditEntries } from '../../src/audit/schema.ts'
import { Forbidden, NotFound, Stale } from '../../src/errors.ts'
import { hosts } from '../../src/hosts/schema.ts'
import { installOnHost } from '../../src/installations/jobs.ts'
import { orderInstallation } from '../../src/installations/order.ts'
import { jobs } from '../../src/jobs/schema.ts'
import type { Value } from '../../src/plans/catalogue.ts'
import type { Plan } from '../../src/plans/schema.ts'
import { acceptGroup, acceptReport } from '../../src/subscriptions/acceptance.ts'
import {
  conflictGroups,
  type Grouping,
  readGroup,
} from '../../src/subscriptions/conflict-groups.ts'
import { conflictReport } from '../../src/subscriptions/conflict-report.ts'
import { lockConflicting } from '../../src/subscriptions/group-lock.ts'
import { recomputeValues } from '../../src/subscriptions/plan-values.ts'
import { remedies } from '../../src/subscriptions/remedies.ts'
import { syncAgain, syncGroup } from '../../src/subscriptions/resync.ts'
import {
  conflicts,
  overrides,
  type Subscription,
  subscriptions,
} from '../../src/subscriptions/schema.ts'
import { aPlan, aSubscription, type Cast, cast, reread, type Someone } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'

const db = ownDatabase()
let people: Cast
let scanning: Plan
beforeAll(async () => {
  people = await cast(db())
  const values = { virusScan: true, phpVersion: '8.3' }
  scanning = await aPlan(db(), people.rita.account, 'Scanning', values)
})
beforeEach(async () => {
  await db().delete(subscriptions)
  await db().delete(jobs)
})

let count = 0
async function lacking(
  lacks: Record<string, [wanted: Value, available: Value]>,
  more: Partial<Subscription> = {},
  owner = people.cato.account,
) {
  const domain = `site${++count}.test`
  const made = { unsynced: true, values: scanning.values, ...more }
  const shop = await aSubscription(db(), owner, people.host, scanning, domain, made)
  for (const [property, [wanted, available]] of Object.entries(lacks)) {
    const row = { property, wanted, available, remedy: `install ${property}` }
    await db()
      .insert(conflicts)
      .values({ subscriptionId: shop.id, ...row })
  }
  return shop
}
const noScan = { virusScan: [true, false] } satisfies Record<string, [Value, Value]>
const virus = readGroup('property', 'virusScan')!

const groups = async (who: Someone, by: Grouping) =>
  (await conflictGroups(db(), who.actor, by)).groups
const left = (shop: Subscription) =>
  db().select().from(conflicts).where(eq(conflicts.subscriptionId, shop.id))
const overridesOf = (shop: Subscription) =>
  db().select().from(overrides).where(eq(overrides.subscriptionId, shop.id))
const jobsFor = (shop: Subscription) =>
  db().select().from(jobs).where(eq(jobs.subscriptionId, shop.id))
const seenOf = async (shop: Subscription) => (await conflictReport(db(), shop, people.host)).seen

describe('accepting what is available', () => {
  test('makes it an override with its reason, and the subscription synced', async () => {
    // P-52
    const shop = await lacking({ ...noScan, phpVersion: ['8.3', '8.2'] })

    const job = await acceptReport(db(), people.rita.actor, shop.id, await seenOf(shop))

    expect(await reread(db(), shop)).toMatchObject({
      unsynced: false,
      generation: shop.generation + 1,
      planId: scanning.id,
      values: { virusScan: false, phpVersion: '8.2' },
    })
    expect((await overridesOf(shop)).sort(byProperty)).toMatchObject(
      [
        { property: 'phpVersion', value: '8.2', authorName: 'rita', byCustomer: false },
        { property: 'virusScan', value: false, reason: 'Accepted what the host can provide' },
      ].sort(byProperty),
    )
    expect(await left(shop)).toEqual([])
    expect(await jobsFor(shop)).toMatchObject([{ id: job, priority: 0 }])
    const [told] = await db().select().from(auditEntries).where(eq(auditEntries.objectId, shop.id))
    expect(told).toMatchObject({
      action: 'subscription.available_values_accepted',
      changes: { virusScan: { from: true, to: false } },
    })
  })

  test('holds when the plan changes afterwards', async () => {
    const shop = await lacking(noScan)
    await acceptReport(db(), people.rita.actor, shop.id, await seenOf(shop))
    const values = { ...scanning.values, domains: 7 }
    const more = await aPlan(db(), people.rita.account, 'More', values)
    await db().update(subscriptions).set({ planId: more.id }).where(eq(subscriptions.id, shop.id))

    const its = eq(subscriptions.id, shop.id)
    await db().transaction((tx) => recomputeValues(tx, people.rita.actor, its))

    expect(await reread(db(), shop)).toMatchObject({ values: { virusScan: false, domains: 7 } })
  })

  test('changes the values themselves where they follow no plan', async () => {
    const custom = await lacking(noScan, { planId: null })
    const locked = await lacking({ disk: [2 ** 40, 2 ** 30] }, { locked: true })
    for (const shop of [custom, locked]) {
      await acceptReport(db(), people.ada.actor, shop.id, await seenOf(shop))
      expect(await overridesOf(shop)).toEqual([])
      expect(await jobsFor(shop)).toHaveLength(1)
    }
    expect(await reread(db(), custom)).toMatchObject({
      unsynced: false,
      generation: 2,
      values: { virusScan: false },
    })
    expect(await reread(db(), locked)).toMatchObject({ locked: true, values: { disk: 2 ** 30 } })
  })

  test('turns PHP off where the host has none at all', async () => {
    const shop = await lacking({ phpVersion: ['8.3', 'none'] })
    await acceptReport(db(), people.rita.actor, shop.id, await seenOf(shop))
    expect(await reread(db(), shop)).toMatchObject({ values: { php: false, phpVersion: '8.3' } })
  })

  test('is for the provider, and nobody else learns of it', async () => {
    const shop = await lacking(noScan)
    const seen = await seenOf(shop)
    const as = (actor: Actor) => acceptReport(db(), actor, shop.id, seen)
    await expect(as(people.cato.actor)).rejects.toThrow(Forbidden)
    await expect(as(people.rolf.actor)).rejects.toThrow(NotFound)
    await expect(as({ ...people.ada.actor, role: 'read' })).rejects.toThrow(Forbidden)
    expect(await left(shop)).toHaveLength(1)
  })

  test('does not take what nobody has seen', async () => {
    // F-73
    const shop = await lacking({ disk: [2 ** 40, 2 ** 30] })
    const seen = await seenOf(shop)
    await db().update(conflicts).set({ available: 5 }).where(eq(conflicts.subscriptionId, shop.id))
    await expect(acceptReport(db(), people.rita.actor, shop.id, seen)).rejects.toThrow(Stale)
  })

  test('twice, also at once, is once', async () => {
    const shop = await lacking(noScan)
    const seen = await seenOf(shop)
    const both = [1, 2, 3].map(() => acceptReport(db(), people.rita.actor, shop.id, seen))
    expect((await Promise.all(both)).filter((job) => job !== null)).toHaveLength(1)
    expect(await reread(db(), shop)).toMatchObject({ generation: 2, unsynced: false })
  })
})

describe('conflicts of many', () => {
  test('are counted by property, plan and host, for those who may see them', async () => {
    await lacking({ ...noScan, phpVersion: ['8.3', '8.2'] })
    await lacking(noScan, { planId: null })
    await lacking(noScan, {}, people.cleo.account)
    await lacking(noScan, { locked: true })

    expect(await groups(people.rita, 'property')).toMatchObject([
      { key: 'virusScan', name: 'E-mail virus scan', conflicts: 2, subscriptions: 2 },
      { key: 'phpVersion', name: 'PHP version', conflicts: 1 },
    ])
    expect(await groups(people.rita, 'plan')).toMatchObject(
      [
        { key: 'custom', name: 'Custom', subscriptions: 1, conflicts: 1 },
        { key: String(scanning.id), name: 'Scanning', subscriptions: 1, conflicts: 2 },
      ].sort((a, b) => (a.name < b.name ? 1 : -1)),
    )
    expect(await groups(people.ada, 'host')).toMatchObject([
      { key: String(people.host.id), name: 'sandbox', subscriptions: 3, conflicts: 4 },
    ])
    expect(await groups(people.rolf, 'host')).toMatchObject([{ conflicts: 1 }])
  })

  test('say once per host what would help most', async () => {
    await lacking(noScan)
    await lacking(noScan)
    expect(await remedies(db(), people.ada.actor, virus)).toMatchObject([
      { host: 'sandbox', remedy: 'install virusScan', subscriptions: 2, feature: 'virusScan' },
    ])
  })

  test('are settled together, and only those of the group', async () => {
    const one = await lacking({ ...noScan, phpVersion: ['8.3', '8.2'] })
    const two = await lacking(noScan, { planId: null })
    const others = await lacking(noScan, {}, people.cleo.account)

    expect(await acceptGroup(db(), people.rita.actor, virus)).toBe(2)

    expect(await reread(db(), one)).toMatchObject({
      unsynced: true,
      values: { virusScan: false, phpVersion: '8.3' },
    })
    expect(await reread(db(), two)).toMatchObject({ unsynced: false })
    expect(await left(others)).toHaveLength(1)
    expect(await jobsFor(two)).toMatchObject([{ priority: 10 }])
    expect(await acceptGroup(db(), people.rita.actor, virus)).toBe(0)
  })

  test('are refused to customers and to those who only look', async () => {
    await lacking(noScan)
    const looker: Actor = { ...people.ada.actor, role: 'read' }
    for (const actor of [people.cato.actor, looker]) {
      await expect(acceptGroup(db(), actor, virus)).rejects.toThrow(Forbidden)
      await expect(lockConflicting(db(), actor, virus)).rejects.toThrow(Forbidden)
      await expect(syncGroup(db(), actor, virus)).rejects.toThrow(Forbidden)
    }
  })

  test('may be locked: then they keep what they have and are no conflict any more', async () => {
    // P-40
    const shop = await lacking(noScan)
    expect(await lockConflicting(db(), people.rita.actor, virus)).toBe(1)
    expect(await reread(db(), shop)).toMatchObject({ locked: true, values: { virusScan: true } })
    const [told] = await db().select().from(auditEntries).where(eq(auditEntries.objectId, shop.id))
    expect(told).toMatchObject({ action: 'subscription.locked', accountId: shop.accountId })
    expect(await groups(people.rita, 'property')).toEqual([])
    const custom = await lacking(noScan, { planId: null })
    expect(await lockConflicting(db(), people.rita.actor, virus)).toBe(0)
    expect(await reread(db(), custom)).toMatchObject({ locked: false })
  })

  test('are settled for two at once without a deadlock, each once', async () => {
    const shops = await Promise.all([1, 2, 3, 4, 5].map(() => lacking(noScan)))
    const host = readGroup('host', String(people.host.id))!
    const counts = await Promise.all([
      acceptGroup(db(), people.rita.actor, virus),
      acceptGroup(db(), people.ada.actor, host),
      acceptGroup(db(), people.rita.actor, virus),
    ])
    expect(counts.reduce((sum, one) => sum + one)).toBe(5)
    for (const shop of shops) expect(await reread(db(), shop)).toMatchObject({ generation: 2 })
  })

  test('of ten thousand are settled in one go', async () => {
    const shop = await lacking(noScan)
    await db().execute(sql`insert into subscriptions
        (account_id, plan_id, host_id, domain, "system_user", uid, password_hash, "values", unsynced)
      select account_id, plan_id, host_id, 'many' || n || '.test', 'many' || n, 200000 + n,
        password_hash, "values", true
      from subscriptions, generate_series(1, 10000) as n where id = ${shop.id}`)
    await db().execute(sql`insert into conflicts
      select id, 'virusScan', 'true', 'false', 'x' from subscriptions where id <> ${shop.id}`)
    await db().execute(sql`analyze subscriptions, conflicts`)
    expect(await acceptGroup(db(), people.rita.actor, virus)).toBe(10_001)
    expect(await groups(people.rita, 'plan')).toEqual([])
  })
})

describe('trying again', () => {
  test('asks the host once more, and wants nothing else', async () => {
    // P-50
    const shop = await lacking(noScan)
    const job = await syncAgain(db(), people.rita.actor, shop.id)
    expect(await jobsFor(shop)).toMatchObject([{ id: job, priority: 0 }])
    expect(await reread(db(), shop)).toMatchObject({ generation: 1, unsynced: true })
    await expect(syncAgain(db(), people.cato.actor, shop.id)).rejects.toThrow(Forbidden)
    await expect(syncAgain(db(), people.rolf.actor, shop.id)).rejects.toThrow(NotFound)
  })
})

describe('an installation', () => {
  const order = (actor: Actor, feature: 'virusScan' | 'php8.4' = 'virusScan') =>
    orderInstallation(db(), actor, people.host.id, feature)

  test('is ordered by admins, once', async () => {
    const [one, two] = await Promise.all([order(people.ada.actor), order(people.ada.actor)])
    expect(one).toBe(two)
    expect(await db().select().from(jobs)).toMatchObject([
      { kind: installOnHost.name, payload: { hostId: people.host.id, feature: 'virusScan' } },
    ])
    await expect(order(people.rita.actor)).rejects.toThrow(NotFound)
    const looker: Actor = { ...people.ada.actor, role: 'read' }
    await expect(order(looker)).rejects.toThrow(Forbidden)
  })

  test('is refused where Debian has no such package, or nothing is set up', async () => {
    await expect(order(people.ada.actor, 'php8.4')).rejects.toThrow('does not have it')
    await db().update(hosts).set({ state: 'failed' }).where(eq(hosts.id, people.host.id))
    await expect(order(people.ada.actor)).rejects.toThrow('before the host is set up')
    await db().update(hosts).set({ state: 'online' }).where(eq(hosts.id, people.host.id))
  })
})

const byProperty = (a: { property: string }, b: { property: string }) =>
  a.property < b.property ? -1 : 1
