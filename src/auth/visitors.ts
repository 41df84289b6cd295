import { desc, eq, inArray, sql } from 'drizzle-orm'
import type { Db } from '../db/database.ts'
import { sessions, visits } from './schema.ts'

export type VisitShown = Awaited<ReturnType<typeof latestVisits>>[number]

/** M-34: who worked in this account, and from when to when; `still`: at this moment. */
export async function latestVisits(db: Db, accountId: number) {
  const found = await db
    .select()
    .from(visits)
    .where(eq(visits.accountId, accountId))
    .orderBy(desc(visits.id))
    .limit(20)
  const open = await db
    .select({ visitId: sessions.visitId })
    .from(sessions)
    .where(
      sql`${inArray(
        sessions.visitId,
        found.map(({ id }) => id),
      )} and ${sessions.expiresAt} > now()`,
    )
  const still = new Set(open.map(({ visitId }) => visitId))
  return found.map((visit) => ({
    ...visit,
    until: visit.endedAt ?? visit.lastSeenAt,
    still: visit.endedAt === null && still.has(visit.id),
  }))
}
