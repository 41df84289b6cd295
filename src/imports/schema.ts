import { boolean, index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import type { Contact } from '../accounts/contact.ts'
import { logins } from '../accounts/schema.ts'
import { id, moment, reference } from '../db/columns.ts'
import type { Words } from '../errors.ts'
import { batches } from '../jobs/schema.ts'
import { plans } from '../plans/schema.ts'

/** What a line of a file wants, as a form would read it; plan, host and provider by their names. */
export interface Wish extends Contact {
  login: string
  description: string
  additionalInformation: string
  status: 'active' | 'suspended'
  domain: string
  plan: string
  host: string
  provider: string
}

export interface Why {
  sentence: string
  words: Words
}

/** A line that a form would take, or as it was typed and what is wrong with it. */
export type Line = { line: number } & ({ wish: Wish } | Wrong)

export interface Wrong {
  typed: Record<string, string>
  why: Why[]
}

/** A file of customers as somebody sent it: what is shown and what is done are about the same (F-79). */
export const imports = pgTable(
  'imports',
  {
    id: id(),
    /** only this login may use it */
    loginId: reference()
      .notNull()
      .references(() => logins.id, { onDelete: 'cascade' }),
    /** when it was used: those that were left out, with the reason they had then */
    lines: jsonb().$type<Line[]>().notNull(),
    /** names of columns that are not read */
    unread: text().array().notNull(),
    /** of domains whose line names none */
    planId: reference().references(() => plans.id, { onDelete: 'set null' }),
    /** M-31 */
    welcome: boolean().notNull(),
    /** how many names of others it asked for; counted once, however often it is looked at (F-113) */
    strangers: integer().notNull().default(0),
    /** what it was used for: a second confirmation is led to the same receipt (F-72) */
    batchId: reference().references(() => batches.id, { onDelete: 'cascade' }),
    createdAt: moment().notNull().defaultNow(),
  },
  (t) => [
    index().on(t.loginId, t.id),
    index().on(t.createdAt),
    index().on(t.planId),
    index().on(t.batchId),
  ],
)

export type Import = typeof imports.$inferSelect
