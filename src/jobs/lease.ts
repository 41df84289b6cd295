import { and, eq, sql } from 'drizzle-orm'
import type { Database } from '../db/database.ts'
import { among } from '../db/many.ts'
import { leaseSeconds } from './claim.ts'
import { jobs } from './schema.ts'

/**
 * The sign of life of a runner: these jobs are still its own.
 *
 * @returns those that really are
 */
export async function extendLeases(
  db: Database,
  runner: string,
  ids: number[],
  seconds = leaseSeconds,
): Promise<number[]> {
  const rows = await db
    .update(jobs)
    .set({ leaseUntil: sql`now() + make_interval(secs => ${seconds})` })
    .where(and(among(jobs.id, ids), eq(jobs.lockedBy, runner), eq(jobs.state, 'running')))
    .returning({ id: jobs.id })
  return rows.map((row) => row.id)
}
