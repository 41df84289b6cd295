import { and, count, not, sql } from 'drizzle-orm'
import type { Seen } from '../accounts/access.ts'
import type { Actor } from '../audit/actor.ts'
import { built } from '../db/built.ts'
import type { Db } from '../db/database.ts'
import { written } from '../db/written.ts'
import { listedSubscriptions } from './access.ts'
import { subscriptions } from './schema.ts'

/** Beyond these nobody counts on. */
export const countedConflicts = 1000

/** How many subscriptions lack something; asked for every page, so counted in their own index only. */
export async function conflictCount(db: Db, actor: Actor): Promise<number> {
  const seen = { kind: actor.kind, accountId: sql.placeholder('me') }
  const statement = built(db, `conflict count ${actor.kind}`, () => counting(db, seen))
  const [row] = await statement.execute({ me: actor.accountId })
  return row!.count
}

function counting(db: Db, seen: Seen) {
  const open = and(
    listedSubscriptions(seen),
    // in the words of its index: a parameter would hide it from the planner
    sql`${subscriptions.unsynced}`,
    not(subscriptions.locked),
    not(subscriptions.removing),
  )
  const some = db
    .select({ one: sql`1`.as('one') })
    .from(subscriptions)
    .where(open)
    .limit(written(countedConflicts))
    .as('some_of_them')
  return db.select({ count: count() }).from(some).prepare('conflict count')
}
