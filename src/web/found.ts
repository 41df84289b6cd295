import type { SQL } from 'drizzle-orm'
import type { Db } from '../db/database.ts'
import { noteMany, wereMany } from '../db/many-seen.ts'
import { many, most, type Narrowed, narrow, type Shape } from '../db/narrowing.ts'

interface Asked {
  unfiltered: boolean
  branches: () => readonly SQL[]
  shape?: Shape | undefined
}

/**
 * The first rows of a list, and what there is to say of all that match. Of a list that nobody narrowed
 * the rows say themselves how many there are (`countedBeside`): one statement less for the page that
 * is asked for most.
 */
export async function found<Row extends { counted: number }>(
  db: Db,
  { unfiltered, branches, shape }: Asked,
  rows: (few?: Narrowed) => Promise<Row[]>,
): Promise<{ rows: Row[]; few: Narrowed }> {
  if (!unfiltered) {
    const few = await narrow(db, branches, shape)
    return { rows: await rows(few), few }
  }
  if (shape && wereMany(db, shape)) return { rows: await rows(many), few: many }
  const all = await rows()
  if ((all[0]?.counted ?? 0) <= most) return { rows: all, few: await narrow(db, branches, shape) }
  if (shape) noteMany(db, shape)
  return { rows: all, few: many }
}
