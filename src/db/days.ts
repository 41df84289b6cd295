import { type SQL, type SQLWrapper, sql } from 'drizzle-orm'

/** Whole days as the reader's calendar has them, both included; either may be open. */
export interface Days {
  from?: string | undefined
  to?: string | undefined
  /** IANA name */
  timeZone: string
}

// Through text: the driver has its own idea of dates.
const midnight = (day: string, later: number, timeZone: string) =>
  sql`((${day}::text::date + ${later}::integer)::timestamp at time zone ${timeZone})`

export const within = (moment: SQLWrapper, { from, to, timeZone }: Days): (SQL | undefined)[] => [
  from === undefined ? undefined : sql`${moment} >= ${midnight(from, 0, timeZone)}`,
  to === undefined ? undefined : sql`${moment} < ${midnight(to, 1, timeZone)}`,
]
