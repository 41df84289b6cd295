import { sql } from 'drizzle-orm'
import {
  boolean,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { accounts } from '../accounts/schema.ts'
import { id, moment, reference } from '../db/columns.ts'
import type { Values } from './catalogue.ts'

export const planKinds = ['service', 'add-on', 'reseller'] as const
export type PlanKind = (typeof planKinds)[number]
export const planKind = pgEnum('plan_kind', planKinds)

export const plans = pgTable(
  'plans',
  {
    id: id(),
    ownerId: reference()
      .notNull()
      .references(() => accounts.id),
    kind: planKind().notNull(),
    /** letters and digits only (S-9, R-16) */
    name: text().notNull(),
    /** free text for people; empty shows the name */
    title: text().notNull().default(''),
    values: jsonb().$type<Values>().notNull(),
    /** not offered for new sales */
    hidden: boolean().notNull().default(false),
    /** an admin's that its resellers may not sell */
    notForResellers: boolean().notNull().default(false),
    /** number of the version in force; the stale-edit check too */
    version: integer().notNull().default(1),
    createdAt: moment().notNull().defaultNow(),
  },
  (t) => [
    // F-26: `Gold` and `gold` are one, per owner
    uniqueIndex('plans_owner_name').on(t.ownerId, sql`lower(${t.name})`),
    index().on(t.ownerId, t.kind, t.id),
    index('plans_by_name').on(t.kind, sql`lower(${t.name})`, t.id),
  ],
)

export type Plan = typeof plans.$inferSelect

export const planVersions = pgTable(
  'plan_versions',
  {
    planId: reference()
      .notNull()
      .references(() => plans.id, { onDelete: 'cascade' }),
    version: integer().notNull(),
    name: text().notNull(),
    title: text().notNull(),
    values: jsonb().$type<Values>().notNull(),
    authorName: text().notNull(),
    note: text().notNull().default(''),
    at: moment().notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.planId, t.version] })],
)

/** What a reseller may sell: a reseller plan, or values of its own ("Custom", plan null; R-8). */
export const resellers = pgTable(
  'resellers',
  {
    accountId: reference()
      .primaryKey()
      .references(() => accounts.id, { onDelete: 'cascade' }),
    planId: reference().references(() => plans.id),
    values: jsonb().$type<Values>().notNull(),
    locked: boolean().notNull().default(false),
  },
  (t) => [index().on(t.planId)],
)

export type Reseller = typeof resellers.$inferSelect
