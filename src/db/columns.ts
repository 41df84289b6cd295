import { bigint, customType, timestamp } from 'drizzle-orm/pg-core'

/** Numbers people can read out on the phone (M-6); what may be seen is the query's business. */
export const id = () => bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity()

export const reference = () => bigint({ mode: 'number' })

/** A point in time in UTC; shown in the reader's time zone (F-185). */
export const moment = () => timestamp({ withTimezone: true, mode: 'date' })

/**
 * A single value as JSON. Drizzle's own `jsonb` reads what the driver has read already once more, so
 * that the text "8.4" comes back as a number; whole objects do not suffer from that.
 */
export const json = customType<{ data: unknown }>({
  dataType: () => 'jsonb',
  toDriver: (value) => JSON.stringify(value),
})

export const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
