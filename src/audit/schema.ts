import { sql } from 'drizzle-orm'
import { bigint, index, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import { id, moment } from '../db/columns.ts'

/** Old and new value of each thing that changed; secrets are never among them. */
export type Changes = Record<string, { from?: unknown; to?: unknown }>

/**
 * Append-only: triggers refuse to change an entry, to remove one that is younger than the setting
 * `auditDays` says, and to empty the table. No foreign keys, the trail outlives its objects.
 */
export const auditEntries = pgTable(
  'audit_entries',
  {
    id: id(),
    at: moment().notNull().defaultNow(),
    action: text().notNull(),
    /** who really did it; null = the system */
    actorAccountId: bigint({ mode: 'number' }),
    actorLoginId: bigint({ mode: 'number' }),
    actorName: text().notNull(),
    /** in whose account it was done; differs from the actor while impersonating */
    subjectAccountId: bigint({ mode: 'number' }),
    /** what that account was called then, filled in by a trigger; null: the doer's own */
    subjectName: text(),
    /** the account the changed object belongs to: it is shown this row */
    accountId: bigint({ mode: 'number' }),
    /** that account's provider at the time, filled in by a trigger: whose list it stands in */
    providerId: bigint({ mode: 'number' }),
    objectKind: text().notNull(),
    objectId: bigint({ mode: 'number' }),
    objectName: text().notNull().default(''),
    changes: jsonb().$type<Changes>().notNull().default({}),
    address: text(),
    /** of the API, by which the doer came */
    token: text(),
  },
  (t) => [
    index().on(t.at, t.id),
    index().on(t.accountId, t.at, t.id),
    index().on(t.actorAccountId, t.at, t.id),
    index().on(t.providerId, t.at, t.id),
    index().on(t.action, t.at, t.id),
    index().on(t.objectKind, t.at, t.id),
    index().on(t.actorName, t.at, t.id),
    index('audit_entries_by_object_name').on(sql`lower(${t.objectName}) text_pattern_ops`),
  ],
)

export type AuditEntry = typeof auditEntries.$inferSelect
