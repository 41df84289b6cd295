import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  date,
  index,
  integer,
  pgEnum,
  pgTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { id, moment, reference } from '../db/columns.ts'
import { domains, subscriptions } from '../subscriptions/schema.ts'

/** S-31, R-12: `plan` follows what the subscription has. */
export const mailSwitches = ['plan', 'on', 'off'] as const
export type MailSwitch = (typeof mailSwitches)[number]
export const mailSwitch = pgEnum('mail_switch', mailSwitches)

export const postings = ['members', 'anyone'] as const
export const posting = pgEnum('list_posting', postings)

/** What mail goes with when its subscription or its domain goes. */
const place = {
  subscriptionId: reference()
    .notNull()
    .references(() => subscriptions.id, { onDelete: 'cascade' }),
  /** before the @, lower case */
  local: text().notNull(),
  /** A-label */
  domain: text()
    .notNull()
    .references(() => domains.name, { onDelete: 'cascade', onUpdate: 'cascade' }),
}

export const mailboxes = pgTable(
  'mailboxes',
  {
    id: id(),
    ...place,
    /** SHA-512 crypt; the host compares, nobody reads */
    passwordHash: text().notNull(),
    /** bytes, always a hard limit */
    quota: bigint({ mode: 'number' }).notNull(),
    /** what its host found in it, as its limit counts; null: it was not measured yet */
    bytes: bigint({ mode: 'number' }),
    measuredAt: moment(),
    enabled: boolean().notNull().default(true),
    imap: mailSwitch().notNull().default('plan'),
    pop3: mailSwitch().notNull().default('plan'),
    virusScan: mailSwitch().notNull().default('plan'),
    /** takes what comes for unknown addresses of its domain */
    catchAll: boolean().notNull().default(false),
    forwardTo: text().array().notNull().default([]),
    /** whether what is forwarded stays here too */
    keepCopy: boolean().notNull().default(true),
    reply: boolean().notNull().default(false),
    replySubject: text().notNull().default(''),
    replyText: text().notNull().default(''),
    /** first and last day, in the time zone of the account; null = open */
    replyFrom: date({ mode: 'string' }),
    replyUntil: date({ mode: 'string' }),
    createdAt: moment().notNull().defaultNow(),
    version: integer().notNull().default(1),
  },
  (t) => [
    uniqueIndex().on(t.domain, t.local),
    index().on(t.subscriptionId, t.id),
    uniqueIndex('mailboxes_catch_all').on(t.domain).where(sql`catch_all`),
    index('mailboxes_by_address').on(sql`(${t.domain} || '@' || ${t.local})`, t.id),
    index().on(t.quota, t.id),
    index().on(t.createdAt, t.id),
  ],
)

export type Mailbox = typeof mailboxes.$inferSelect

/** Further addresses of a mailbox; they count against a limit of their own. */
export const mailAliases = pgTable(
  'mail_aliases',
  {
    id: id(),
    ...place,
    mailboxId: reference()
      .notNull()
      .references(() => mailboxes.id, { onDelete: 'cascade' }),
  },
  (t) => [
    uniqueIndex().on(t.domain, t.local),
    index().on(t.subscriptionId),
    index().on(t.mailboxId),
  ],
)

export const mailingLists = pgTable(
  'mailing_lists',
  {
    id: id(),
    ...place,
    /** decides on posts, and gets what nobody else can answer */
    owner: text().notNull(),
    posting: posting().notNull().default('members'),
    moderated: boolean().notNull().default(false),
    /** lower case, sorted, each once */
    members: text().array().notNull().default([]),
    createdAt: moment().notNull().defaultNow(),
    version: integer().notNull().default(1),
  },
  (t) => [
    uniqueIndex().on(t.domain, t.local),
    index().on(t.subscriptionId, t.id),
    index('mailing_lists_by_address').on(sql`(${t.domain} || '@' || ${t.local})`, t.id),
    index().on(t.createdAt, t.id),
  ],
)

export type MailingList = typeof mailingLists.$inferSelect
