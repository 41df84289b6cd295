import { and, eq, isNull, not, type SQL, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import type { Db } from '../db/database.ts'
import { bound } from '../db/narrowing.ts'
import { having, type Some, some } from '../db/some.ts'
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

const mostGroups = 200

/** The largest first, of no more subscriptions than are counted; `size`: how many those are. */
export async function conflictGroups(
  db: Db,
  actor: Actor,
  by: Grouping,
): Promise<{ groups: CountedGroup[]; size: Some }> {
  const { id, planId, hostId } = subscriptions
  const { key, name, from } = groupedBy[by]
  const rows = await db.execute<{
    key: string
    name: string | null
    conflicts: number
    subscriptions: number
    looked: number
  }>(sql`
    with lacking as materialized (select ${id}, ${planId}, ${hostId} from ${subscriptions}
      where ${someOpen(actor)})
    select ${key} as key, ${name} as name, count(*)::integer as conflicts,
      count(distinct lacking.id)::integer as subscriptions,
      (select count(*)::integer from lacking) as looked
    from lacking cross join lateral (select ${conflicts.property} from ${conflicts}
      where ${conflicts.subscriptionId} = lacking.id offset 0) as conflicts ${from}
    group by 1, 2 order by 4 desc, 2 limit ${mostGroups}`)
  return {
    groups: rows.map(({ looked: _, ...row }) => ({ ...row, by, name: nameOf(by, row.name) })),
    size: some(rows[0]?.looked ?? 0),
  }
}

const groupedBy = {
  property: { key: conflicts.property, name: conflicts.property, from: sql`` },
  plan: {
    key: sql`coalesce(lacking.plan_id::text, 'custom')`,
    name: plans.name,
    from: sql`left join ${plans} on ${plans.id} = lacking.plan_id`,
  },
  host: {
    key: sql`lacking.host_id::text`,
    name: hosts.name,
    from: sql`join ${hosts} on ${hosts.id} = lacking.host_id`,
  },
}

/** One of its conflicts knows it; undefined while there is none. */
export async function nameOfGroup(
  db: Db,
  actor: Actor,
  group: ConflictGroup,
): Promise<string | undefined> {
  const [row] = await db
    .select({ property: conflicts.property, plan: plans.name, host: hosts.name })
    .from(conflicts)
    .innerJoin(subscriptions, eq(subscriptions.id, conflicts.subscriptionId))
    .innerJoin(hosts, eq(hosts.id, subscriptions.hostId))
    .leftJoin(plans, eq(plans.id, subscriptions.planId))
    .where(someOfGroup(actor, group))
    .limit(1)
  return row && nameOf(group.by, row[group.by])
}

/** How many subscriptions of a group are told of. */
export async function sizeOfGroup(db: Db, actor: Actor, group: ConflictGroup): Promise<Some> {
  const [row] = await db.execute<{ found: number }>(sql`
    select count(*)::integer as found from (${openOfGroup(actor, group)}) as some_of_them`)
  return some(row!.found)
}

/**
 * Speaks of `conflicts`: those of a group, of no more subscriptions than are counted. A page about more
 * helps nobody, while what is done about the group is done for all of it.
 */
export const someOfGroup = (actor: Actor, group: ConflictGroup): SQL =>
  and(
    sql`${conflicts.subscriptionId} in (${openOfGroup(actor, group)})`,
    group.by === 'property' ? ofGroup(group) : undefined,
  )!

/** By an index of those that lack something: there are few, wherever there are many others. */
function openOfGroup(actor: Actor, group: ConflictGroup): SQL {
  const { id, planId, hostId } = subscriptions
  const lacks = sql`exists (select from ${conflicts}
    where ${conflicts.subscriptionId} = ${id} and ${ofGroup(group)})`
  const found = (which: SQL) => sql`select ${id} from ${subscriptions} where ${which}`
  if (actor.kind !== 'admin' || (group.by === 'plan' && group.key === 'custom'))
    return found(someOpen(actor, group.by === 'property' ? lacks : ofGroup(group)))
  switch (group.by) {
    case 'property':
      return sql`select ${conflicts.subscriptionId} as id from ${conflicts}
        join ${subscriptions} on ${id} = ${conflicts.subscriptionId}
        where ${open} and ${ofGroup(group)} ${bound}`
    case 'plan':
      return found(sql`${open} and ${having(Number(group.key), planId)} ${bound}`)
    case 'host':
      return found(sql`${open} and ${having(Number(group.key), hostId)} ${bound}`)
  }
}

const someOpen = (actor: Actor, more?: SQL): SQL =>
  actor.kind === 'admin'
    ? sql`${and(open, more)} ${bound}`
    : sql`${and(open, more)} and ${having(actor.accountId, subscriptions.sellerId)} ${bound}`

/** In the words of its indexes. */
const open = sql`${subscriptions.unsynced} and not ${subscriptions.locked} and not ${subscriptions.removing}`

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
