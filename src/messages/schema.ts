import { sql } from 'drizzle-orm'
import {
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  smallint,
  text,
  uuid,
} from 'drizzle-orm/pg-core'
import { bytes, id, moment, reference } from '../db/columns.ts'

/**
 * waiting: to be sent, perhaps after tries that certainly sent nothing · sending: it was handed over
 * whole, the answer is not here yet · failed: needs a person, it was certainly not sent ·
 * unknown: handed over, and the answer never came: it may have been sent, so nothing but a person
 * sends it again · withdrawn: a person decided against it
 */
export const messageState = pgEnum('message_state', [
  'waiting',
  'sending',
  'sent',
  'failed',
  'unknown',
  'withdrawn',
])
export type MessageState = (typeof messageState.enumValues)[number]

/** A text typed once and sent to one or many (M-36). */
export const mailings = pgTable('mailings', {
  id: id(),
  subject: text().notNull(),
  /** cleaned when it was typed */
  html: text().notNull(),
  createdAt: moment().notNull().defaultNow(),
})

/** The outbox. What is written is decided when it is sent, from what it is about. */
export const messages = pgTable(
  'messages',
  {
    id: id(),
    /** its Message-ID, the same at every try */
    key: uuid().notNull().defaultRandom(),
    state: messageState().notNull().default('waiting'),
    /** whom it is for; no foreign key, the trail outlives the account */
    accountId: reference(),
    /** in whose name it is written */
    providerId: reference(),
    toAddress: text().notNull(),
    toName: text().notNull(),
    /** null: the system's, when it is sent */
    language: text(),
    template: text().notNull(),
    words: jsonb().$type<Record<string, string | number>>().notNull().default({}),
    mailingId: reference().references(() => mailings.id),
    /** words that nobody may read here, bound to `key`; gone once they are sent or no longer good */
    sealed: bytes(),
    /** after this moment its secrets are no use and it is not sent any more */
    goodUntil: moment(),

    /** What was sent, as it was sent but for its secrets; empty before the first try. */
    sender: text().notNull().default(''),
    replyTo: text().notNull().default(''),
    subject: text().notNull().default(''),
    html: text().notNull().default(''),
    plain: text().notNull().default(''),

    /** tries so far; the last one's number proves whose try it is */
    tries: smallint().notNull().default(0),
    /** why it was not sent, for people */
    reason: text().notNull().default(''),
    actorName: text().notNull(),
    createdAt: moment().notNull().defaultNow(),
    handedOverAt: moment(),
    sentAt: moment(),
  },
  (t) => [
    index().on(t.createdAt, t.id),
    index().on(t.providerId, t.createdAt, t.id),
    index().on(t.accountId, t.createdAt, t.id),
    index().on(t.state, t.createdAt, t.id),
    index().on(t.template, t.createdAt, t.id),
    index('messages_to_somebody').on(t.toAddress, t.handedOverAt),
    index('messages_handed_over').on(t.handedOverAt),
    index('messages_with_secrets').on(t.goodUntil).where(sql`sealed is not null`),
  ],
)

export type Message = typeof messages.$inferSelect

/** What a search of the outbox looks at, in lower case: address, name and subject. Kept by triggers. */
export const messageWords = pgTable('message_words', {
  messageId: reference()
    .primaryKey()
    .references(() => messages.id, { onDelete: 'cascade' }),
  words: text().notNull(),
})

/** One try to send a message: what the mail server said. */
export const deliveries = pgTable(
  'deliveries',
  {
    messageId: reference()
      .notNull()
      .references(() => messages.id, { onDelete: 'cascade' }),
    number: integer().notNull(),
    startedAt: moment().notNull().defaultNow(),
    finishedAt: moment(),
    /** host and port that were asked */
    server: text().notNull().default(''),
    /** null: under way, or its runner died before it could tell */
    outcome: text().$type<'sent' | 'refused' | 'failed' | 'unknown'>(),
    /** the last line the server said, or what went wrong; never with the password */
    answer: text().notNull().default(''),
  },
  (t) => [primaryKey({ columns: [t.messageId, t.number] })],
)

export type Delivery = typeof deliveries.$inferSelect

/** A provider's own words; `accountId` 0 is the system's. Where there is none the built-in one is used. */
export const messageTemplates = pgTable(
  'message_templates',
  {
    accountId: reference().notNull(),
    name: text().notNull(),
    language: text().notNull(),
    subject: text().notNull(),
    html: text().notNull(),
    version: integer().notNull().default(1),
    changedAt: moment().notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.name, t.language] })],
)

export type MessageTemplate = typeof messageTemplates.$inferSelect
