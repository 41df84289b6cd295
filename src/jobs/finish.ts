import { sql } from 'drizzle-orm'
import type { Database } from '../db/database.ts'
import { archive } from './archive.ts'
import { type Run, storedSteps } from './steps.ts'

/** A notification carries all their numbers and must stay below 8,000 bytes. */
export const mostAtOnce = 400

/**
 * Moves what was done out of the hot table, in one statement for all.
 *
 * @returns the numbers of those that still were this runner's: what became of the others is not ours
 *   to say (F-144)
 */
export async function finish(db: Database, runner: string, done: Run[]): Promise<number[]> {
  const held = JSON.stringify(done.map(({ id, lease }) => ({ id, lease })))
  const rows = await db.execute<{ id: string }>(
    archive(
      'done',
      sql`using jsonb_to_recordset(${held}::jsonb) as held (id bigint, lease integer)
        where jobs.id = held.id and jobs.lease = held.lease and locked_by = ${runner}
          and state = 'running'`,
      { also: storedSteps(done) },
    ),
  )
  return rows.map((row) => Number(row.id))
}
