import { index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { id, moment, reference } from '../db/columns.ts'
import { subscriptions } from '../subscriptions/schema.ts'

/** S-15: further FTP logins, beside the system user's own; each sees one folder of the home. */
export const ftpLogins = pgTable(
  'ftp_logins',
  {
    id: id(),
    subscriptionId: reference()
      .notNull()
      .references(() => subscriptions.id, { onDelete: 'cascade' }),
    /** with the system user before it: `cato_photos` */
    name: text().notNull(),
    /** below the home, without a slash at either end; empty = all of it */
    folder: text().notNull().default(''),
    /** SHA-512 crypt */
    passwordHash: text().notNull(),
    createdAt: moment().notNull().defaultNow(),
    version: integer().notNull().default(1),
  },
  (t) => [uniqueIndex().on(t.name), index().on(t.subscriptionId), index().on(t.createdAt, t.id)],
)

export type FtpLogin = typeof ftpLogins.$inferSelect
