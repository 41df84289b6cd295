import { eq, lt, sql } from 'drizzle-orm'
import type { Database } from '../db/database.ts'
import { submissions } from './schema.ts'

/**
 * `ours`: nobody has sent this form before, so the work is ours to do. `lost`: whoever did it was
 * stopped before it could say how that ended. `other`: something else was sent under this name.
 */
export type Claim = 'ours' | 'under way' | 'lost' | 'other' | { location: string | null }

const patienceSeconds = 60

/**
 * Of many that come at once exactly one gets `ours`.
 *
 * @param content a hash of what is sent, where whoever sends it names it
 */
export async function claimSubmission(
  db: Database,
  id: string,
  content: string | null = null,
): Promise<Claim> {
  const claimed = await db
    .insert(submissions)
    .values({ id, content })
    .onConflictDoNothing()
    .returning()
  if (claimed.length > 0) return 'ours'

  const [row] = await db
    .select({
      content: submissions.content,
      finishedAt: submissions.finishedAt,
      location: submissions.location,
      old: sql<boolean>`${submissions.createdAt} < now() - make_interval(secs => ${patienceSeconds})`,
    })
    .from(submissions)
    .where(eq(submissions.id, id))
  if (row && row.content !== content) return 'other'
  if (row?.finishedAt) return { location: row.location }
  return row?.old ? 'lost' : 'under way'
}

export async function finishSubmission(db: Database, id: string, location: string | null) {
  await db
    .update(submissions)
    .set({ finishedAt: sql`now()`, location })
    .where(eq(submissions.id, id))
}

/** Refused: the form comes back and may be sent again. */
export async function dropSubmission(db: Database, id: string) {
  await db.delete(submissions).where(eq(submissions.id, id))
}

/** For the schedule. */
export const sweepSubmissions = (db: Database) =>
  db.delete(submissions).where(lt(submissions.createdAt, sql`now() - interval '1 day'`))
