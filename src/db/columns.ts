import { bigint, timestamp } from 'drizzle-orm/pg-core'

/** Numbers people can read out on the phone (M-6); what may be seen is the query's business. */
export const id = () => bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity()

export const reference = () => bigint({ mode: 'number' })

/** A point in time in UTC; shown in the reader's time zone (F-185). */
export const moment = () => timestamp({ withTimezone: true, mode: 'date' })
