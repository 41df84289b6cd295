import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
} from 'drizzle-orm/pg-core'
import { logins } from '../accounts/schema.ts'
import { id, moment, reference } from '../db/columns.ts'
import type { Words } from '../errors.ts'
import { batches } from '../jobs/schema.ts'
import type { Values } from '../plans/catalogue.ts'

export type Of = 'account' | 'subscription'

/** What somebody chose in a list, as it was then: what is shown and what is done are about the same. */
export const selections = pgTable(
  'selections',
  {
    id: id(),
    /** only this login may use it */
    loginId: reference()
      .notNull()
      .references(() => logins.id, { onDelete: 'cascade' }),
    of: text().$type<Of>().notNull(),
    ids: bigint({ mode: 'number' }).array().notNull(),
    /** how many more were named that are not there, or not theirs (F-77) */
    missing: integer().notNull(),
    /** plans of their own that were chosen for some of them, page after page (P-24, P-27) */
    choices: jsonb().$type<[id: number, plan: number | null][]>().notNull().default([]),
    /** what it was used for: a second confirmation is led to the same receipt (F-72) */
    batchId: reference().references(() => batches.id, { onDelete: 'cascade' }),
    createdAt: moment().notNull().defaultNow(),
  },
  (t) => [index().on(t.loginId), index().on(t.createdAt)],
)

export type Selection = typeof selections.$inferSelect

/**
 * Each account or subscription that somebody chose, and what became of it. No foreign key to its batch:
 * Postgres would ask for the same row once for each of ten thousand; `forgetReceipts` takes it along.
 */
export const batchItems = pgTable(
  'batch_items',
  {
    batchId: reference().notNull(),
    objectId: reference().notNull(),
    /** as it was called then */
    name: text().notNull(),
    /** why it was left out, in English; empty: it was done */
    reason: text().notNull().default(''),
    words: jsonb().$type<Words>().notNull().default({}),
    /** what undoing brings back; what is in it depends on the action */
    former: jsonb(),
    undoneAt: moment(),
  },
  (t) => [primaryKey({ columns: [t.batchId, t.objectId] })],
)

export type BatchItem = typeof batchItems.$inferSelect

/**
 * The subscriptions that a batch reaches, each at the same place of all three: ten thousand are read
 * and written together only, and as one row cost next to nothing.
 */
export const batchTargets = pgTable('batch_targets', {
  batchId: reference()
    .primaryKey()
    .references(() => batches.id, { onDelete: 'cascade' }),
  subscriptionIds: bigint({ mode: 'number' }).array().notNull(),
  /** the items they belong to */
  objectIds: bigint({ mode: 'number' }).array().notNull(),
  /** done once its host has confirmed this or a later one */
  generations: integer().array().notNull(),
})

/**
 * All that said what a subscription has, before many were changed: written and read without a detour.
 * No foreign key, as with the items.
 */
export const formerSubscriptions = pgTable(
  'former_subscriptions',
  {
    batchId: reference().notNull(),
    subscriptionId: reference().notNull(),
    /** the item it belongs to */
    objectId: reference().notNull(),
    planId: reference(),
    locked: boolean().notNull(),
    /** null: what plan, add-ons and overrides came to */
    values: jsonb().$type<Values>(),
    addOns: bigint({ mode: 'number' }).array().notNull(),
    overrides: jsonb().$type<Record<string, unknown>[]>().notNull(),
    /** as the change left it: another one tells that it was changed since */
    version: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.batchId, t.subscriptionId] })],
)
