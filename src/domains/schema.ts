import { customType, index, integer, pgEnum, pgTable, text } from 'drizzle-orm/pg-core'
import { moment, reference } from '../db/columns.ts'
import { domains } from '../subscriptions/schema.ts'

const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })

/** Fetched ones come from the ACME server of the settings and are renewed by themselves. */
export const certificateSource = pgEnum('certificate_source', ['uploaded', 'fetched'])

/** What a domain proves itself with. A fetched one has no chain until the server has issued it. */
export const certificates = pgTable(
  'certificates',
  {
    domainId: reference()
      .primaryKey()
      .references(() => domains.id, { onDelete: 'cascade' }),
    source: certificateSource().notNull(),
    /** PEM, the domain's own first */
    chain: text(),
    /** its private key as PEM, sealed with the panel's key (F-187) */
    sealedKey: bytes(),
    /** the names it is valid for */
    names: text().array().notNull().default([]),
    issuer: text().notNull().default(''),
    validFrom: moment(),
    validUntil: moment(),
    /** when a fetched one is to be fetched again; null = not by itself */
    dueAt: moment(),
    /** fetches that failed in a row, and why the last one did */
    failures: integer().notNull().default(0),
    lastError: text().notNull().default(''),
  },
  (t) => [index().on(t.dueAt)],
)

export type Certificate = typeof certificates.$inferSelect

/** Who we are to an ACME server; its key signs orders and answers challenges. */
export const acmeAccounts = pgTable('acme_accounts', {
  /** the server's directory */
  directory: text().primaryKey(),
  sealedKey: bytes().notNull(),
  /** SHA-256 of the key as RFC 7638 has it: what hosts answer HTTP-01 challenges with */
  thumbprint: text().notNull(),
})
