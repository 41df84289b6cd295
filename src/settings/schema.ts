import { jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { reference } from '../db/columns.ts'

/** `accountId` 0 is the system; any other is a provider's own (S-67). */
export const settings = pgTable(
  'settings',
  {
    accountId: reference().notNull().default(0),
    name: text().notNull(),
    value: jsonb().notNull(),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.name] })],
)
