import { and, isNotNull, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { recordAll } from '../audit/record.ts'
import type { Database } from '../db/database.ts'
import { among } from '../db/many.ts'
import type { ConflictGroup } from './conflict-groups.ts'
import { lockGroup } from './conflict-hold.ts'
import { subscriptions } from './schema.ts'

/**
 * P-40: these keep the values they have, whatever becomes of their plans, and are no conflict any
 * more. Custom ones follow no plan, so there is nothing to lock.
 *
 * @returns how many
 */
export function lockConflicting(db: Database, actor: Actor, group: ConflictGroup): Promise<number> {
  return db.transaction(async (tx) => {
    const ids = await lockGroup(tx, actor, group)
    const locked = await tx
      .update(subscriptions)
      .set({ locked: true, version: sql`${subscriptions.version} + 1` })
      .where(and(among(subscriptions.id, ids), isNotNull(subscriptions.planId)))
      .returning({
        id: subscriptions.id,
        name: subscriptions.domain,
        accountId: subscriptions.accountId,
      })
    const happenings = locked.map(({ accountId, id, name }) => ({
      action: 'subscription.locked',
      object: { kind: 'subscription', id, name },
      accountId,
    }))
    await recordAll(tx, actor, happenings)
    return locked.length
  })
}
