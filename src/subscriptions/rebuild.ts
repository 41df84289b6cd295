import { asc, eq } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import type { Database } from '../db/database.ts'
import { bulk } from '../jobs/enqueue.ts'
import { subscriptions } from './schema.ts'
import { changedRow, tellHosts } from './want.ts'

/**
 * A host that was prepared anew gets everything again that it should have: it may be empty, or be
 * restored from last week's backup (F-157). What is there already costs a look.
 */
export async function rebuildHost(db: Database, actor: Actor, hostId: number) {
  await db.transaction(async (tx) => {
    const rows = await tx
      .select(changedRow)
      .from(subscriptions)
      .where(eq(subscriptions.hostId, hostId))
      .orderBy(asc(subscriptions.id))
    if (rows.length > 0) await tellHosts(tx, actor, rows, bulk)
  })
}
