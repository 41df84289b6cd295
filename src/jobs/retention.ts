import { sql } from 'drizzle-orm'
import type { Database } from '../db/database.ts'

export const daysKept = 30

/** Forgets a part of what ended long ago; the schedule comes again for the rest (F-186). */
export async function forgetOld(db: Database): Promise<number> {
  const [row] = await db.execute<{ forgotten: number }>(sql`
    with old as (
      delete from finished_jobs where id in (
        select id from finished_jobs
        where finished_at < now() - make_interval(days => ${daysKept}::integer) limit 10000)
      returning id),
    runs as (delete from job_runs using old where job_id = old.id),
    steps as (delete from job_steps using old where job_id = old.id)
    select count(*)::integer as forgotten from old`)
  return row!.forgotten
}
