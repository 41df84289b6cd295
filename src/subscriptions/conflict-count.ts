import { and, not, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import type { Db } from '../db/database.ts'
import { visibleSubscriptions } from './access.ts'
import { subscriptions } from './schema.ts'

/** Beyond these nobody counts on. */
export const countedConflicts = 1000

/** How many subscriptions lack something; asked for every page, so counted in their own index only. */
export async function conflictCount(db: Db, actor: Actor): Promise<number> {
  const open = and(
    visibleSubscriptions(db, actor),
    // in the words of its index: a parameter would hide it from the planner
    sql`${subscriptions.unsynced}`,
    not(subscriptions.locked),
    not(subscriptions.removing),
  )
  const some = db
    .select({ one: sql`1` })
    .from(subscriptions)
    .where(open)
    .limit(countedConflicts)
    .as('some')
  return db.$count(some)
}
