import { sql } from 'drizzle-orm'
import { boolean, index, integer, jsonb, pgTable, uniqueIndex } from 'drizzle-orm/pg-core'
import { id, moment, reference } from '../db/columns.ts'
import type { Values } from '../plans/catalogue.ts'

/**
 * What subscriptions have, each once: thousands of one plan have the same. The same values may stand
 * here twice when two sales wrote them at once; they add up all the same.
 */
export const soldValues = pgTable(
  'sold_values',
  {
    id: id(),
    values: jsonb().$type<Values>().notNull(),
    /** nobody was found to have them then; no sale takes them up any more */
    unusedSince: moment(),
  },
  (t) => [
    index('sold_values_by_hash').on(sql`jsonb_hash_extended(${t.values}, 0)`),
    index('sold_values_unused').on(t.unusedSince).where(sql`unused_since is not null`),
  ],
)

/**
 * How many subscriptions a seller has with the same values, and how many customers: R-23 adds up these
 * few instead of all that was ever sold. Kept by triggers, which add a line for each change, so that
 * sales never wait for each other; `sumUpSales` makes one of many.
 */
export const sales = pgTable(
  'sales',
  {
    id: id(),
    sellerId: reference().notNull(),
    /** null: customers */
    soldValuesId: reference(),
    /** below zero: so many less than the other lines say */
    count: integer().notNull(),
    /** the one line that `sumUpSales` keeps */
    summed: boolean().notNull().default(false),
  },
  (t) => [
    index().on(t.sellerId),
    index().on(t.soldValuesId),
    index('sales_to_sum').on(t.id).where(sql`not summed`),
    uniqueIndex('sales_summed').on(t.sellerId, sql`coalesce(sold_values_id, 0)`).where(sql`summed`),
  ],
)
