import { sql } from 'drizzle-orm'
import type { Database } from '../db/database.ts'
import { archive } from './archive.ts'
import { type Run, storedSteps } from './steps.ts'

/**
 * Moves what was done out of the hot table, in one statement for all.
 *
 * @returns the numbers of those that still were this runner's: what became of the others is not ours
 *   to say (F-144)
 */
export async function finish(db: Database, runner: string, done: Run[]): Promise<number[]> {
  const ids = `{${done.map(({ id }) => id).join(',')}}`
  const leases = `{${done.map(({ lease }) => lease).join(',')}}`
  const rows = await db.execute<{ id: string }>(
    archive(
      'done',
      sql`using unnest(${ids}::bigint[], ${leases}::integer[]) as held (id, lease)
        where jobs.id = held.id and jobs.lease = held.lease and locked_by = ${runner}
          and state = 'running'`,
      { also: storedSteps(done) },
    ),
  )
  return rows.map((row) => Number(row.id))
}
