import { and, eq, inArray, isNotNull, or, type SQL, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import type { Transaction } from '../db/database.ts'
import { bulk } from '../jobs/enqueue.ts'
import { subscriptions } from '../subscriptions/schema.ts'
import { changedRow, tellHosts } from '../subscriptions/want.ts'
import { mailboxes } from './schema.ts'

/**
 * A reply's days begin and end where its customer is (F-185): hosts know the moments, which are other
 * ones when these accounts have another time zone.
 */
export async function retellReplies(
  tx: Transaction,
  actor: Actor,
  whose: SQL | undefined,
): Promise<void> {
  const dated = or(isNotNull(mailboxes.replyFrom), isNotNull(mailboxes.replyUntil))
  const ids = tx
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
    .innerJoin(mailboxes, eq(mailboxes.subscriptionId, subscriptions.id))
    .where(and(whose, eq(subscriptions.removing, false), mailboxes.reply, dated))
  // in the order in which everybody locks them (F-182)
  const locked = await tx
    .select(changedRow)
    .from(subscriptions)
    .where(inArray(subscriptions.id, ids))
    .orderBy(subscriptions.id)
    .for('update')
  if (locked.length === 0) return
  await tx
    .update(subscriptions)
    .set({ generation: sql`${subscriptions.generation} + 1` })
    .where(
      inArray(
        subscriptions.id,
        locked.map(({ id }) => id),
      ),
    )
  await tellHosts(tx, actor, locked, bulk)
}
