import { index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { logins } from '../accounts/schema.ts'
import { bytes, moment, reference } from '../db/columns.ts'

/** `id` is the SHA-256 of the cookie, so a read of this table opens no session (F-95). */
export const sessions = pgTable(
  'sessions',
  {
    id: text().primaryKey(),
    /** whose account it shows: the subject */
    loginId: reference()
      .notNull()
      .references(() => logins.id, { onDelete: 'cascade' }),
    /** who is at the keyboard, when that is somebody else (M-34) */
    impersonatorLoginId: reference().references(() => logins.id, {
      onDelete: 'cascade',
    }),
    createdAt: moment().notNull().defaultNow(),
    lastSeenAt: moment().notNull().defaultNow(),
    expiresAt: moment().notNull(),
    address: text(),
    userAgent: text(),
  },
  (t) => [index().on(t.loginId), index().on(t.expiresAt)],
)

export type Session = typeof sessions.$inferSelect

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
  },
  (t) => [index().on(t.createdAt)],
)
