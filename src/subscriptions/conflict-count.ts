import { and, count, not, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { built } from '../db/built.ts'
import type { Db } from '../db/database.ts'
import { subscriptions } from './schema.ts'

/** Beyond these nobody counts on. */
export const countedConflicts = 1000

/** How many subscriptions lack something; asked for every page, so counted in their own index only. */
export async function conflictCount(db: Db, actor: Actor): Promise<number> {
  const seen = actor.kind === 'admin' ? 'all' : 'own'
  const [row] = await built(db, `conflict count ${seen}`, () => counting(db, actor)).execute({
    accountId: actor.accountId,
  })
  return row!.count
}

function counting(db: Db, { kind }: Actor) {
  const me = sql.placeholder('accountId')
  const its = sql`${subscriptions.accountId} in (
    select id from accounts where id = ${me} or provider_id = ${me})`
  const open = and(
    kind === 'admin' ? undefined : its,
    // in the words of its index: a parameter would hide it from the planner
    sql`${subscriptions.unsynced}`,
    not(subscriptions.locked),
    not(subscriptions.removing),
  )
  const some = db
    .select({ one: sql`1`.as('one') })
    .from(subscriptions)
    .where(open)
    .limit(countedConflicts)
    .as('some_of_them')
  return db.select({ count: count() }).from(some).prepare('conflict count')
}
