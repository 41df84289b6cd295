import { sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import type { Transaction } from '../db/database.ts'
import { arrayOf, sharedOnce } from '../db/many.ts'
import type { JobKind } from './kind.ts'

export const interactive = 0
export const bulk = 10

export interface Order<Payload extends object> {
  kind: JobKind<Payload>
  payload: Payload
  /** null: about no host */
  hostId: number | null
  /** who may see it: who may see this account */
  accountId?: number | null
  subscriptionId?: number | null
  priority?: number
  batchId?: number | null
  /** not before so many seconds from now */
  afterSeconds?: number
}

/** @returns the job's number; see `enqueueAll` */
export async function enqueue<Payload extends object>(
  tx: Transaction,
  actor: Actor,
  order: Order<Payload>,
): Promise<number> {
  const [id] = await enqueueAll(tx, actor, [order])
  return id!
}

/**
 * Takes a Transaction on purpose: jobs appear and disappear with the change that asked for them.
 * When one of the same kind and key is waiting or parked already, that one is the job: it starts
 * afresh, at the more urgent of both priorities.
 *
 * One statement for any number (F-76), in an order that keeps two of them from a deadlock (F-182).
 *
 * @returns the jobs' numbers, in no particular order
 */
export async function enqueueAll<Payload extends object>(
  tx: Transaction,
  actor: Actor,
  orders: Order<Payload>[],
): Promise<number[]> {
  if (orders.length === 0) return []
  const actorName = actor.impersonator?.loginName ?? actor.loginName
  const wishes = distinct(orders)
  const { each, places } = sharedOnce(wishes.map(({ shared }) => shared))
  const rows = await tx.execute<{ id: string }>(sql`
    insert into jobs as open (kind, key, payload, host_id, place, priority, max_attempts,
      account_id, subscription_id, batch_id, run_at, actor_name)
    select kind, key, payload, host_id, place, priority, max_attempts, account_id, subscription_id,
      batch_id, now() + make_interval(secs => after_seconds), ${actorName}
    from rows from (
      jsonb_array_elements_text(${JSON.stringify(wishes.map(({ key }) => key))}::jsonb),
      jsonb_array_elements(${JSON.stringify(wishes.map(({ payload }) => payload))}::jsonb),
      unnest(${arrayOf(wishes.map(({ accountId }) => accountId))}::bigint[]),
      unnest(${arrayOf(wishes.map(({ subscriptionId }) => subscriptionId))}::bigint[]),
      unnest(${arrayOf(places)}::bigint[])) as wish (key, payload, account_id, subscription_id, number)
    join rows from (jsonb_to_recordset(${JSON.stringify(each)}::jsonb) as (
      kind text, host_id bigint, place bigint, priority smallint, max_attempts smallint,
      batch_id bigint, after_seconds integer)) with ordinality
      as shared (kind, host_id, place, priority, max_attempts, batch_id, after_seconds, number)
      using (number)
    order by kind, length(key), key
    on conflict (kind, key) where state in ('waiting', 'parked') do update set
      state = 'waiting',
      reason = '',
      host_id = excluded.host_id,
      place = excluded.place,
      priority = least(open.priority, excluded.priority),
      run_at = least(open.run_at, excluded.run_at),
      attempts = 0,
      crashes = 0,
      batch_id = coalesce(excluded.batch_id, open.batch_id),
      actor_name = excluded.actor_name
    returning open.id`)
  return rows.map(({ id }) => Number(id))
}

/** The last of those for the same job. */
function distinct<Payload extends object>(orders: Order<Payload>[]): Wish[] {
  const wishes = orders.map(wish)
  return [...new Map(wishes.map((one) => [`${one.shared.kind} ${one.key}`, one])).values()]
}

type Wish = ReturnType<typeof wish>

const wish = <Payload extends object>(order: Order<Payload>) => ({
  key: order.kind.key(order.payload),
  payload: order.payload,
  accountId: order.accountId ?? null,
  subscriptionId: order.subscriptionId ?? null,
  shared: {
    kind: order.kind.name,
    host_id: order.hostId,
    place: order.kind.needsHost === false ? 0 : (order.hostId ?? 0),
    priority: order.priority ?? interactive,
    max_attempts: order.kind.maxAttempts,
    batch_id: order.batchId ?? null,
    after_seconds: order.afterSeconds ?? 0,
  },
})
