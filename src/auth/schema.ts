import { sql } from 'drizzle-orm'
import {
  type AnyPgColumn,
  bigint,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core'
import { accounts, logins } from '../accounts/schema.ts'
import { bytes, id, moment, reference } from '../db/columns.ts'

/** `id` is the SHA-256 of the cookie, so a read of this table opens no session (F-95). */
export const sessions = pgTable(
  'sessions',
  {
    id: text().primaryKey(),
    /** what a page may call it by */
    number: bigint({ mode: 'number' }).notNull().unique().generatedAlwaysAsIdentity(),
    /** whose account it shows: the subject */
    loginId: reference()
      .notNull()
      .references(() => logins.id, { onDelete: 'cascade' }),
    /** who is at the keyboard, when that is somebody else (M-34) */
    impersonatorLoginId: reference().references(() => logins.id, {
      onDelete: 'cascade',
    }),
    /** the impersonator's own session: it waits, and this one ends with it (F-118, F-120) */
    parent: reference().references((): AnyPgColumn => sessions.number, { onDelete: 'cascade' }),
    visitId: reference().references(() => visits.id, { onDelete: 'set null' }),
    createdAt: moment().notNull().defaultNow(),
    lastSeenAt: moment().notNull().defaultNow(),
    expiresAt: moment().notNull(),
    address: text(),
    userAgent: text(),
  },
  (t) => [
    index().on(t.loginId),
    index().on(t.expiresAt),
    index('sessions_of_visit').on(t.visitId).where(sql`visit_id is not null`),
  ],
)

export type Session = typeof sessions.$inferSelect

/** Who worked in somebody's account, for that account to read (M-34). */
export const visits = pgTable(
  'visits',
  {
    id: id(),
    accountId: reference()
      .notNull()
      .references(() => accounts.id, { onDelete: 'cascade' }),
    /** as it was called then */
    visitorName: text().notNull(),
    visitorLogin: text().notNull(),
    reason: text().notNull().default(''),
    startedAt: moment().notNull().defaultNow(),
    lastSeenAt: moment().notNull().defaultNow(),
    endedAt: moment(),
  },
  (t) => [index().on(t.accountId, t.id)],
)

export type Visit = typeof visits.$inferSelect

/** TOTP (RFC 6238). Until `confirmedAt` it is only being set up. */
export const secondFactors = pgTable('second_factors', {
  loginId: reference()
    .primaryKey()
    .references(() => logins.id, { onDelete: 'cascade' }),
  sealed: bytes().notNull(),
  /** the time step of the last code that was taken: none is taken twice (F-104) */
  lastStep: bigint({ mode: 'number' }).notNull().default(0),
  confirmedAt: moment(),
})

/** Each works once; only its SHA-256 is here. */
export const recoveryCodes = pgTable(
  'recovery_codes',
  {
    loginId: reference()
      .notNull()
      .references(() => logins.id, { onDelete: 'cascade' }),
    hash: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.loginId, t.hash] })],
)

/** The password was right, the code is still to come: it opens nothing else (F-104). */
export const halfSignIns = pgTable(
  'half_sign_ins',
  {
    /** SHA-256 of the cookie */
    id: text().primaryKey(),
    loginId: reference()
      .notNull()
      .references(() => logins.id, { onDelete: 'cascade' }),
    expiresAt: moment().notNull(),
  },
  (t) => [index().on(t.loginId), index().on(t.expiresAt)],
)

export const tokenScopes = ['read', 'write'] as const
export type TokenScope = (typeof tokenScopes)[number]

/** A program's way in, as one login (M-30); only its SHA-256 is here (F-123, F-187). */
export const apiTokens = pgTable(
  'api_tokens',
  {
    id: id(),
    loginId: reference()
      .notNull()
      .references(() => logins.id, { onDelete: 'cascade' }),
    /** what its login calls it */
    name: text().notNull(),
    hash: text().notNull().unique(),
    scope: text({ enum: tokenScopes }).notNull(),
    /** null: never */
    expiresAt: moment(),
    createdAt: moment().notNull().defaultNow(),
    lastUsedAt: moment(),
    lastUsedFrom: text(),
  },
  (t) => [index().on(t.loginId)],
)

/** A mailed way to set a password, once (F-102). */
export const passwordLinks = pgTable(
  'password_links',
  {
    /** SHA-256 of the token */
    id: text().primaryKey(),
    loginId: reference()
      .notNull()
      .references(() => logins.id, { onDelete: 'cascade' }),
    /** SHA-256 of what it was made for: password and e-mail address; it dies when one changes */
    madeFor: text().notNull(),
    expiresAt: moment().notNull(),
  },
  (t) => [index().on(t.loginId), index().on(t.expiresAt)],
)

/** Somebody forgot a password: what was typed, whether or not there is such an account (F-100). */
export const passwordRequests = pgTable('password_requests', {
  id: id(),
  loginName: text().notNull(),
  email: text().notNull(),
  /** what the link will begin with: nobody but us may say so, or links lead elsewhere */
  panel: text().notNull(),
  address: text(),
  createdAt: moment().notNull().defaultNow(),
})

/**
 * Things that must be clear once (a generated password to show, a root password for enrolment),
 * sealed with a key that lies beside the database, not in it (design §7, F-187).
 */
export const sealedSecrets = pgTable(
  'sealed_secrets',
  {
    id: uuid().primaryKey().defaultRandom(),
    purpose: text().notNull(),
    /** what it belongs to, e.g. the subscription's or the host's number */
    objectId: reference().notNull(),
    /** only this login may see it */
    loginId: reference(),
    sealed: bytes().notNull(),
    expiresAt: moment().notNull(),
  },
  (t) => [index().on(t.purpose, t.objectId), index().on(t.expiresAt)],
)

/** Fixed windows of tries, shared by all processes; made UNLOGGED by 0001_guards. */
export const attempts = pgTable('attempts', {
  key: text().primaryKey(),
  count: integer().notNull(),
  since: moment().notNull(),
})

/** A create form sent twice does its work once (F-72); `id` is a hash of session, address and form. */
export const submissions = pgTable(
  'submissions',
  {
    id: text().primaryKey(),
    createdAt: moment().notNull().defaultNow(),
    finishedAt: moment(),
    /** where the answer led */
    location: text(),
    /** SHA-256 of what was sent, where the same name must not stand for something else */
    content: text(),
  },
  (t) => [index().on(t.createdAt)],
)
