import { sql } from 'drizzle-orm'
import { bigint, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { accounts } from '../accounts/schema.ts'
import { reference } from '../db/columns.ts'
import { subscriptions } from '../subscriptions/schema.ts'

const bytes = () => bigint({ mode: 'number' })

/** S-63: what went in and out of a subscription in a month of its provider's calendar. */
export const usageMonths = pgTable(
  'usage_months',
  {
    subscriptionId: reference()
      .notNull()
      .references(() => subscriptions.id, { onDelete: 'cascade' }),
    /** `2026-11` */
    month: text().notNull(),
    web: bytes().notNull(),
    ftp: bytes().notNull(),
    mail: bytes().notNull(),
    /** bytes it might use, as that stood at the end of the month; null = unlimited */
    allowed: bytes(),
    /**
     * A host says how much it has counted since its counter began, so that hearing it twice adds
     * nothing. When another counter begins, this is what the ones before it had come to.
     */
    counter: text().notNull(),
    webBefore: bytes().notNull().default(0),
    ftpBefore: bytes().notNull().default(0),
    mailBefore: bytes().notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.subscriptionId, t.month] }),
    index().on(t.month, t.subscriptionId),
    // who used the most
    index('usage_months_by_total').on(t.month, sql`(web + ftp + mail)`, t.subscriptionId),
  ],
)

/** Up to which month what a provider sells was settled last (months.ts). */
export const settledMonths = pgTable('settled_months', {
  accountId: reference()
    .primaryKey()
    .references(() => accounts.id, { onDelete: 'cascade' }),
  /** `2026-11` */
  month: text().notNull(),
})
