import { pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { json, reference } from '../db/columns.ts'

/** `accountId` 0 is the system; any other is a provider's own (S-67). */
export const settings = pgTable(
  'settings',
  {
    accountId: reference().notNull().default(0),
    name: text().notNull(),
    value: json().notNull(),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.name] })],
)
