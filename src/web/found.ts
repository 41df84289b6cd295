import type { SQL } from 'drizzle-orm'
import type { Db } from '../db/database.ts'
import { noteMany, wereMany } from '../db/many-seen.ts'
import {
  type ByWords,
  type Few,
  many,
  matchingFew,
  most,
  type Narrowed,
  namedFew,
  narrow,
  narrowByWords,
  type Shape,
} from '../db/narrowing.ts'
import type { Figures } from './totals.ts'

interface Asked {
  branches: () => readonly SQL[]
  shape?: Shape | undefined
  /** where this finds them sooner */
  byWords?: (() => ByWords) | undefined
  /** the planner would choose other ways for other words, so a statement that it plans anew is a short one */
  planned: boolean
}

interface Row {
  counted: number
  sums: Figures | null
}

/** What there is to say of all that match. */
export interface Matching extends Narrowed {
  /** null: nobody has added up yet */
  sums: Figures | null
}

/**
 * The first rows of a list. Where those that match are few, one statement finds them, counts them, adds
 * them up and shows the first. That they are many is remembered for some seconds.
 */
export async function found<R extends Row>(
  db: Db,
  { branches, shape, byWords, planned }: Asked,
  rows: (few?: Few) => Promise<R[]>,
): Promise<{ rows: R[]; matching: Matching }> {
  const walked = async () => ({ rows: await rows(), matching: { ...many, sums: null } })
  if (shape && wereMany(db, shape)) return walked()
  if (shape && !planned) {
    const first = await rows(matchingFew(branches, shape))
    const [{ counted, sums } = { counted: 0, sums: null }] = first
    if (counted > most) {
      noteMany(db, shape)
      return walked()
    }
    if (counted > 0)
      return { rows: first, matching: { count: counted, more: false, ids: null, sums } }
  }
  // Either there are none, or none on this page.
  const soon = shape && byWords && (await narrowByWords(db, byWords, shape))
  const narrowed = soon ?? (await narrow(db, branches, shape))
  if (narrowed.ids === null) return walked()
  const named = await rows(namedFew(narrowed.ids))
  return { rows: named, matching: { ...narrowed, sums: named[0]?.sums ?? null } }
}
