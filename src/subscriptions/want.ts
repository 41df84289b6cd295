import { eq, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import type { Transaction } from '../db/database.ts'
import { enqueue, enqueueAll, interactive, type Order } from '../jobs/enqueue.ts'
import { applySubscription } from './jobs.ts'
import { type Subscription, subscriptions } from './schema.ts'

type Where = Pick<Subscription, 'id' | 'hostId' | 'accountId'>
type Wanted = Partial<Pick<Subscription, 'planId' | 'passwordHash' | 'values' | 'locked'>>

/**
 * Something else is wanted of a locked subscription, and its host will be told: the only way to
 * change what goes into a document.
 *
 * @returns the job's number
 */
export async function want(
  tx: Transaction,
  actor: Actor,
  subscription: Where,
  wanted: Wanted,
): Promise<number> {
  await tx
    .update(subscriptions)
    .set({
      ...wanted,
      generation: sql`${subscriptions.generation} + 1`,
      version: sql`${subscriptions.version} + 1`,
    })
    .where(eq(subscriptions.id, subscription.id))
  return enqueue(tx, actor, order(interactive)(subscription))
}

/** Rows whose generation has grown already; returns the jobs' numbers. */
export const tellHosts = (
  tx: Transaction,
  actor: Actor,
  rows: Where[],
  priority = interactive,
  batchId: number | null = null,
): Promise<number[]> => enqueueAll(tx, actor, rows.map(order(priority, batchId)))

const order =
  (priority: number, batchId: number | null = null) =>
  ({ id, hostId, accountId }: Where): Order<{ subscriptionId: number }> => ({
    kind: applySubscription,
    payload: { subscriptionId: id },
    hostId,
    accountId,
    subscriptionId: id,
    priority,
    batchId,
  })

/** What `tellHosts` needs of a changed row. */
export const changedRow = {
  id: subscriptions.id,
  hostId: subscriptions.hostId,
  accountId: subscriptions.accountId,
}
