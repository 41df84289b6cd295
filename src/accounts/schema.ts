import { sql } from 'drizzle-orm'
import {
  type AnyPgColumn,
  boolean,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { accountKinds, loginRoles } from '../audit/actor.ts'
import { id, moment, reference } from '../db/columns.ts'

export const accountKind = pgEnum('account_kind', accountKinds)
export const loginRole = pgEnum('login_role', loginRoles)

/** A tenant of any kind; its number is the customer ID (M-6). */
export const accounts = pgTable(
  'accounts',
  {
    id: id(),
    kind: accountKind().notNull(),
    /** the account above: a reseller or an admin; null only for admins */
    providerId: reference().references((): AnyPgColumn => accounts.id),

    /** M-8: the full name, used in mails */
    name: text().notNull(),
    company: text().notNull().default(''),
    email: text().notNull(),
    /** M-9 */
    phone: text().notNull().default(''),
    street: text().notNull().default(''),
    postcode: text().notNull().default(''),
    city: text().notNull().default(''),
    /** ISO 3166-1 alpha-2, upper case, or empty */
    country: text().notNull().default(''),

    /** P-8 to P-12: the provider's own note, never shown to the account itself */
    description: text().notNull().default(''),
    /** P-61: shown to the account */
    additionalInformation: text().notNull().default(''),

    /** BCP 47; null follows the system */
    language: text(),
    /** IANA name; null follows the system (M-12) */
    timeZone: text(),
    /** M-28: the link "Skip to main content" stays visible */
    accessibility: boolean().notNull().default(false),
    /** M-30 */
    apiAccess: boolean().notNull().default(false),

    /** Stored result for lists: it or a provider above has a suspension. */
    suspended: boolean().notNull().default(false),
    /** all it owns is being taken off the hosts; the row goes with the last of it */
    removing: boolean().notNull().default(false),
    /** in the trash until then: off at once, as it was when it is restored (M-33) */
    trashedUntil: moment(),
    createdAt: moment().notNull().defaultNow(),
    /** Grows with every edit, so that a form drawn from an older one is told (F-73). */
    version: integer().notNull().default(1),
  },
  (t) => [
    index().on(t.providerId, t.id),
    index('accounts_of_provider_by_name').on(t.providerId, sql`lower(${t.name})`, t.id),
    // those who sell are few
    index('accounts_who_sell')
      .on(sql`lower(${t.name})`, t.id)
      .where(sql`kind in ('admin', 'reseller')`),
    index('accounts_by_email').on(sql`lower(${t.email})`),
    index('accounts_by_name').on(sql`lower(${t.name})`, t.id),
    index('accounts_by_company').on(sql`lower(${t.company})`, t.id),
    index().on(t.createdAt, t.id),
    // in the usual order of the list, and counted without a look at the accounts
    index('accounts_suspended_by_name')
      .on(sql`lower(${t.name})`, t.id)
      .where(sql`suspended and not removing and trashed_until is null`),
    index('accounts_suspended_of_provider')
      .on(t.providerId, sql`lower(${t.name})`, t.id)
      .where(sql`suspended and not removing and trashed_until is null`),
    index('accounts_being_removed').on(t.id).where(sql`removing`),
    index('accounts_in_trash').on(t.trashedUntil).where(sql`trashed_until is not null`),
  ],
)

export type Account = typeof accounts.$inferSelect

/**
 * What a search for an account looks at, in lower case: its name, company, e-mail and logins. Kept by
 * triggers, and apart from the account, so that changing thousands of accounts leaves its index alone.
 */
export const accountWords = pgTable('account_words', {
  accountId: reference()
    .primaryKey()
    .references(() => accounts.id, { onDelete: 'cascade' }),
  words: text().notNull(),
})

/** A person's way into the panel; one per account is its owner. */
export const logins = pgTable(
  'logins',
  {
    id: id(),
    accountId: reference()
      .notNull()
      .references(() => accounts.id, { onDelete: 'cascade' }),
    /** stored lower case; unlike the system user it can be changed */
    name: text().notNull(),
    role: loginRole().notNull().default('owner'),
    /** where links for this login go; null: to the account's own address (M-10) */
    email: text(),
    /** argon2id */
    passwordHash: text().notNull(),
    mustChangePassword: boolean().notNull().default(false),
    createdAt: moment().notNull().defaultNow(),
    lastLoginAt: moment(),
    /** which columns it wants to see, by the list's address; of other lists it sees the usual ones */
    columns: jsonb().$type<Record<string, readonly string[]>>().notNull().default({}),
  },
  (t) => [
    uniqueIndex().on(t.name),
    index().on(t.accountId),
    index('logins_by_email').on(sql`lower(${t.email})`).where(sql`email is not null`),
    uniqueIndex('logins_one_owner').on(t.accountId).where(sql`role = 'owner'`),
  ],
)

export type Login = typeof logins.$inferSelect
