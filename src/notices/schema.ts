import { sql } from 'drizzle-orm'
import { index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { moment, reference } from '../db/columns.ts'
import { subscriptions } from '../subscriptions/schema.ts'

/**
 * What the customer was told about a subscription, so that nobody is told twice. Written together
 * with the mail, or not at all.
 */
export const notices = pgTable(
  'notices',
  {
    subscriptionId: reference()
      .notNull()
      .references(() => subscriptions.id, { onDelete: 'cascade' }),
    kind: text().$type<'expiry' | 'over limit'>().notNull(),
    /** the day and how many days before it, or what is used up and how far */
    about: text().notNull(),
    at: moment().notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.subscriptionId, t.kind, t.about] }),
    index('notices_over_limit').on(t.about, t.subscriptionId).where(sql`kind = 'over limit'`),
  ],
)
