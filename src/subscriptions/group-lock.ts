import { sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Database } from '../db/database.ts'
import { among } from '../db/many.ts'
import type { ConflictGroup } from './conflict-groups.ts'
import { lockGroup } from './conflict-hold.ts'
import { subscriptions } from './schema.ts'

/**
 * P-40: these keep the values they have, whatever becomes of their plans, and are no conflict any more.
 *
 * @returns how many
 */
export function lockConflicting(db: Database, actor: Actor, group: ConflictGroup): Promise<number> {
  return db.transaction(async (tx) => {
    const ids = await lockGroup(tx, actor, group)
    if (ids.length === 0) return 0
    await tx
      .update(subscriptions)
      .set({ locked: true, version: sql`${subscriptions.version} + 1` })
      .where(among(subscriptions.id, ids))
    await record(tx, actor, {
      action: 'subscriptions.locked',
      object: { kind: 'conflicts', id: null, name: `${group.by} ${group.key}` },
      changes: { locked: { from: [], to: ids } },
    })
    return ids.length
  })
}
