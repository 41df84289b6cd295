import { type SQL, sql } from 'drizzle-orm'

const kept = sql.raw(
  [
    'id, kind, key, payload, host_id, place, priority, run_at, attempts, crashes, max_attempts, locked_by',
    'lease, cancel_asked, account_id, subscription_id, batch_id, actor_name, created_at, started_at',
  ].join(', '),
)

/** Where pages learn that a job has ended; its numbers with commas between. */
export const finishedChannel = 'jobs_finished'

/**
 * One statement that moves jobs out of the hot table and tells who waits for them.
 *
 * @param which from `delete from jobs` on: what to move
 * @param also further parts of the statement, which may read the moved rows as `ended`
 */
export function archive(
  state: 'done' | 'cancelled',
  which: SQL,
  { also = sql``, reason = sql`''` } = {},
): SQL {
  return sql`
    with ended as (delete from jobs ${which} returning jobs.*),
    moved as (
      insert into finished_jobs (${kept}, state, reason, finished_at)
      select ${kept}, ${state}::job_state, ${reason}, clock_timestamp() from ended returning id),
    -- A notification has room for less than 8,000 bytes.
    told as materialized (
      select pg_notify(${finishedChannel}, string_agg(id::text, ','))
      from (select id, row_number() over () / 400 as part from moved) as parts group by part)${also}
    select id from moved where (select count(*) from told) > 0`
}
