import { and, asc, count, countDistinct, desc, eq, isNull, not, type SQL, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import type { Db } from '../db/database.ts'
import { hosts } from '../hosts/schema.ts'
import { catalogue, type PropertyKey } from '../plans/catalogue.ts'
import { plans } from '../plans/schema.ts'
import { visibleSubscriptions } from './access.ts'
import { conflicts, subscriptions } from './schema.ts'

export const groupings = ['property', 'plan', 'host'] as const
export type Grouping = (typeof groupings)[number]

/** One heading of `/conflicts`: a property's key, or the number of a plan or host. */
export interface ConflictGroup {
  by: Grouping
  /** `custom` for subscriptions without a plan */
  key: string
}

export interface CountedGroup extends ConflictGroup {
  /** English of a property, or a name */
  name: string
  conflicts: number
  subscriptions: number
}

const keys = {
  property: conflicts.property,
  plan: sql<string>`coalesce(${subscriptions.planId}::text, 'custom')`,
  host: sql<string>`${subscriptions.hostId}::text`,
}
const names = { property: conflicts.property, plan: plans.name, host: hosts.name }

const mostGroups = 200

/** The largest first, counted in the database. */
export async function conflictGroups(db: Db, actor: Actor, by: Grouping): Promise<CountedGroup[]> {
  const affected = countDistinct(conflicts.subscriptionId)
  const rows = await db
    .select({ key: keys[by], name: names[by], conflicts: count(), subscriptions: affected })
    .from(conflicts)
    .innerJoin(subscriptions, eq(subscriptions.id, conflicts.subscriptionId))
    .innerJoin(hosts, eq(hosts.id, subscriptions.hostId))
    .leftJoin(plans, eq(plans.id, subscriptions.planId))
    .where(openConflicts(db, actor))
    .groupBy(keys[by], names[by])
    .orderBy(desc(affected), asc(names[by]))
    .limit(mostGroups)
  return rows.map((row) => ({ ...row, by, name: nameOf(by, row.name) }))
}

/** One of its conflicts knows it; undefined while there is none. */
export async function nameOfGroup(
  db: Db,
  actor: Actor,
  group: ConflictGroup,
): Promise<string | undefined> {
  const [row] = await db
    .select({ name: names[group.by] })
    .from(conflicts)
    .innerJoin(subscriptions, eq(subscriptions.id, conflicts.subscriptionId))
    .innerJoin(hosts, eq(hosts.id, subscriptions.hostId))
    .leftJoin(plans, eq(plans.id, subscriptions.planId))
    .where(and(openConflicts(db, actor), ofGroup(group)))
    .limit(1)
  return row && nameOf(group.by, row.name)
}

/** Locked ones keep what they have on purpose and bother nobody (P-40). Speaks of both tables. */
export const openConflicts = (db: Db, actor: Actor): SQL =>
  and(visibleSubscriptions(db, actor), not(subscriptions.locked), not(subscriptions.removing))!

export function ofGroup({ by, key }: ConflictGroup): SQL {
  switch (by) {
    case 'property':
      return eq(conflicts.property, key)
    case 'plan':
      return key === 'custom' ? isNull(subscriptions.planId) : eq(subscriptions.planId, Number(key))
    case 'host':
      return eq(subscriptions.hostId, Number(key))
  }
}

/** @returns undefined for what cannot be a group */
export function readGroup(by: Grouping, key: string | undefined): ConflictGroup | undefined {
  if (key === undefined) return undefined
  const sound =
    by === 'property'
      ? Object.hasOwn(catalogue, key)
      : /^[1-9][0-9]{0,14}$/.test(key) || (by === 'plan' && key === 'custom')
  return sound ? { by, key } : undefined
}

function nameOf(by: Grouping, name: string | null): string {
  if (by !== 'property') return name ?? 'Custom'
  return catalogue[name as PropertyKey]?.label ?? name ?? ''
}
