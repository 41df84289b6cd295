import { pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { logins } from '../accounts/schema.ts'
import { reference } from '../db/columns.ts'

/** Which columns a login wants to see in a list; without a row it sees the usual ones. */
export const chosenColumns = pgTable(
  'chosen_columns',
  {
    loginId: reference()
      .notNull()
      .references(() => logins.id, { onDelete: 'cascade' }),
    /** the list's address: `/customers` */
    list: text().notNull(),
    columns: text().array().notNull(),
  },
  (t) => [primaryKey({ columns: [t.loginId, t.list] })],
)
