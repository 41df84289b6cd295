import { type SQL, sql } from 'drizzle-orm'
import { most } from './narrowing.ts'

/** How many there are: at most `most` are counted, then there are `more`. */
export interface Some {
  count: number
  more: boolean
}

export const none: Some = { count: 0, more: false }

/** As a column: how many rows this finds, `select from … where …`, but for those that nobody counts. */
export const counted = (found: SQL): SQL<number> =>
  sql<number>`(select count(*)::integer from (${found} ${bound}) as counted)`

/** What such a column has come to. */
export const some = (count: number): Some => ({ count: Math.min(count, most), more: count > most })

const bound = sql.raw(`limit ${most + 1}`)
