import { type SQL, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Said } from '../contract/said.ts'
import type { Db } from '../db/database.ts'
import { type Batch, jobs } from '../jobs/schema.ts'
import { messages } from '../messages/schema.ts'
import { applySubscription } from '../subscriptions/jobs.ts'
import { subscriptions } from '../subscriptions/schema.ts'
import { type BatchItem, batchItems } from './schema.ts'
import { targetsOf } from './targets.ts'
import { type ItemState, itemStates } from './words.ts'

export type Standing = Record<ItemState, number>

export interface ListedItem {
  id: number
  name: string
  state: ItemState
  /** why it was left out or failed; of one that was done: what is not as one may expect */
  reason: string
  words: BatchItem['words']
  said: Said | null
  /** it is there, and theirs */
  visible: boolean
}

/** How many of its items are how far. */
export async function standingOf(db: Db, batchId: number): Promise<Standing> {
  const rows = await db.execute<{ state: ItemState; count: number }>(sql`
    select state, count(*)::integer as count from (${await items(db, batchId)}) as item group by state`)
  const told = Object.fromEntries(rows.map(({ state, count }) => [state, count]))
  return { ...(Object.fromEntries(itemStates.map((state) => [state, 0])) as Standing), ...told }
}

/** A page of them in the order of their numbers, after `after` or from the first; `seen` says whose accounts are theirs. */
export async function listItems(
  db: Db,
  { id, of }: Batch,
  seen: SQL,
  { state, after, limit }: { state: ItemState | undefined; after: number | null; limit: number },
): Promise<ListedItem[]> {
  const visible =
    of === 'account'
      ? sql`exists (select from ${accounts} where ${accounts.id} = item.id and ${seen})`
      : sql`exists (select from ${subscriptions} join ${accounts}
          on ${accounts.id} = ${subscriptions.accountId}
          where ${subscriptions.id} = item.id and ${seen})`
  const further = after === null ? sql`true` : sql`object_id > ${after}`
  // Which are on the page is known before how far they are, unless it is about those that are so far.
  const which = state
    ? further
    : sql`object_id in (select object_id from ${batchItems} where batch_id = ${id} and ${further}
        order by object_id limit ${limit})`
  const rows = await db.execute<Omit<ListedItem, 'id'> & { id: string }>(sql`
    select item.*, ${visible} as visible from (${await items(db, id, which)}) as item
    ${state ? sql`where item.state = ${state}` : sql``} order by item.id limit ${limit}`)
  return rows.map((row) => ({ ...row, id: Number(row.id) }))
}

/**
 * Done once its hosts have confirmed what was wanted then, or anything later; waiting as long as a job
 * or the outbox will see to it; failed when a person must look, or nothing is under way.
 */
const items = async (db: Db, batchId: number, which = sql`true`): Promise<SQL> => sql`
  select i.object_id as id, i.name,
    case when i.reason <> '' then 'left' when i.undone_at is not null then 'undone'
      when t.failed or m.state in ('failed', 'unknown') then 'failed'
      when t.open or m.state in ('waiting', 'sending') then 'waiting' else 'done' end as state,
    case when i.reason <> '' then i.reason when t.failed then coalesce(t.reason, '')
      else coalesce(nullif(m.reason, ''), i.former ->> 'note', '') end as reason,
    case when i.reason = '' and t.failed then t.said end as said,
    i.words
  from (select * from ${batchItems} where batch_id = ${batchId} and ${which}) i
  left join (${progress(await targetsOf(db, batchId), which)}) t on t.object_id = i.object_id
  left join ${messages} m on m.id = (i.former ->> 'message')::bigint`

/** A target whose subscription is gone was removed since, and there is nothing left to do for it. */
const progress = (targets: SQL, which: SQL): SQL => sql`
  select target.object_id, bool_or(late.so) as open,
    bool_or(late.so and (j.state = 'parked' or j.id is null)) as failed,
    max(j.reason) filter (where j.state = 'parked') as reason,
    (array_agg(j.said) filter (where j.state = 'parked'))[1] as said
  from ${targets} target
  left join ${subscriptions} s on s.id = target.subscription_id
  cross join lateral (select s.id is not null and s.applied_generation < target.generation) as late (so)
  left join ${jobs} j on late.so and j.kind = ${applySubscription.name} and j.key = s.id::text
  where ${which} group by target.object_id`
