import { and, eq, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { built } from '../db/built.ts'
import type { Db } from '../db/database.ts'
import { chosenColumns } from './schema.ts'

/** undefined: nothing was chosen, the usual ones are meant */
export async function columnsChosenBy(
  db: Db,
  { loginId }: Actor,
  list: string,
): Promise<readonly string[] | undefined> {
  if (loginId === null) return undefined
  const [row] = await built(db, 'chosen columns', () =>
    db
      .select({ columns: chosenColumns.columns })
      .from(chosenColumns)
      .where(
        and(
          eq(chosenColumns.loginId, sql.placeholder('loginId')),
          eq(chosenColumns.list, sql.placeholder('list')),
        ),
      )
      .prepare('chosen columns'),
  ).execute({ loginId, list })
  return row?.columns
}

/** `null` goes back to the usual ones. */
export async function chooseColumns(
  db: Db,
  { loginId }: Actor,
  list: string,
  columns: readonly string[] | null,
) {
  if (loginId === null) return
  if (columns === null) {
    await db
      .delete(chosenColumns)
      .where(and(eq(chosenColumns.loginId, loginId), eq(chosenColumns.list, list)))
  } else {
    const row = { loginId, list, columns: [...columns] }
    await db
      .insert(chosenColumns)
      .values(row)
      .onConflictDoUpdate({
        target: [chosenColumns.loginId, chosenColumns.list],
        set: { columns: row.columns },
      })
  }
}
