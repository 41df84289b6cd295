import { and, eq, sql } from 'drizzle-orm'
import type { Database } from '../db/database.ts'
import { release } from './release.ts'
import { jobs } from './schema.ts'

/** Takes back the jobs of runners that gave no sign of life for the time of a lease (F-141). */
export async function rescue(db: Database): Promise<number> {
  const lost = await db
    .select({ id: jobs.id, lease: jobs.lease })
    .from(jobs)
    .where(and(eq(jobs.state, 'running'), sql`lease_until < now()`))
    .orderBy(jobs.id)
    .limit(500)
  const taken = []
  for (const job of lost) {
    taken.push(await release(db, null, { ...job, steps: [] }, { kind: 'lost' }))
  }
  return taken.filter(Boolean).length
}
