import { type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import { bound, most } from './narrowing.ts'

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

/**
 * The end of such a statement: what has this value, by an index that begins with these columns. As a
 * range and in order, for then nothing else can answer: where Postgres does not see the value, it expects
 * that many have it, and goes through the whole table for one that nobody has.
 */
export const having = (
  value: SQLWrapper | number,
  column: SQLWrapper,
  ...further: SQLWrapper[]
): SQL => sql`${column} between ${value} and ${value}
  order by ${sql.join([column, ...further], sql`, `)}`
