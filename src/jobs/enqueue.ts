import { sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import type { Transaction } from '../db/database.ts'
import type { JobKind } from './kind.ts'
import { jobs } from './schema.ts'

export const interactive = 0
export const bulk = 10

export interface Order<Payload extends object> {
  kind: JobKind<Payload>
  payload: Payload
  /** null: needs no host */
  hostId: number | null
  /** who may see it: who may see this account */
  accountId?: number | null
  subscriptionId?: number | null
  priority?: number
  batchId?: number | null
}

/**
 * Takes a Transaction on purpose: the job appears and disappears with the change that asked for it.
 * When one of the same kind and key is waiting or parked already, that one is the job: it starts
 * afresh, at the more urgent of both priorities.
 *
 * @returns the job's number
 */
export async function enqueue<Payload extends object>(
  tx: Transaction,
  actor: Actor,
  order: Order<Payload>,
): Promise<number> {
  const { kind, payload, hostId, accountId, subscriptionId, batchId } = order
  const [row] = await tx
    .insert(jobs)
    .values({
      kind: kind.name,
      key: kind.key(payload),
      payload: payload as Record<string, unknown>,
      hostId,
      priority: order.priority ?? interactive,
      maxAttempts: kind.maxAttempts,
      accountId: accountId ?? null,
      subscriptionId: subscriptionId ?? null,
      batchId: batchId ?? null,
      actorName: actor.impersonator?.loginName ?? actor.loginName,
    })
    .onConflictDoUpdate({
      target: [jobs.kind, jobs.key],
      targetWhere: sql`state in ('waiting', 'parked')`,
      set: {
        state: 'waiting',
        hostId,
        priority: sql`least(${jobs.priority}, excluded.priority)`,
        runAt: sql`least(${jobs.runAt}, now())`,
        attempts: 0,
        crashes: 0,
        batchId: sql`coalesce(excluded.batch_id, ${jobs.batchId})`,
        actorName: sql`excluded.actor_name`,
      },
    })
    .returning({ id: jobs.id })
  return row!.id
}
