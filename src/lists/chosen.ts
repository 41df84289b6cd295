import { eq, sql } from 'drizzle-orm'
import { logins } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import type { Db } from '../db/database.ts'

/** `null` goes back to the usual ones. */
export async function chooseColumns(
  db: Db,
  { loginId }: Actor,
  list: string,
  columns: readonly string[] | null,
) {
  if (loginId === null) return
  const chosen = columns
    ? sql`${logins.columns} || ${JSON.stringify({ [list]: columns })}::text::jsonb`
    : sql`${logins.columns} - ${list}::text`
  await db.update(logins).set({ columns: chosen }).where(eq(logins.id, loginId))
}
