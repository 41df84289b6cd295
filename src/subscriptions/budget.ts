import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../db/database.ts'
import { among } from '../db/many.ts'
import { catalogue, type Limit, type PropertyKey, propertyKeys } from '../plans/catalogue.ts'
import { unlimited } from '../plans/property.ts'
import { resellers } from '../plans/schema.ts'
import type { Stored } from '../plans/values.ts'
import type { Used } from './contents.ts'
import { inUse } from './in-use.ts'
import { customersOf, salesOf } from './sold.ts'

export interface Line {
  /** what the reseller's contract allows */
  limit: Limit
  /** sum of what its own and its customers' subscriptions were promised */
  sold: number
  /** how many of them were promised "all that is left" (R-9) */
  unlimitedSold: number
  /** what is really in use; null = not measured, or it does not count */
  used: number | null
  /** whether more may be sold than there is, while use stays below the limit */
  oversell: boolean
  /** what can still be given away, never below 0 */
  free: Limit
}

/** One line for each limit that adds up. */
export type Budget = Map<PropertyKey, Line>

const summed = propertyKeys.filter((key) => countedAs(key) === 'sum')
const counted = propertyKeys.filter((key) => countedAs(key) === 'count')

/**
 * Sold, used, limit and free of these resellers: the one answer that every path asks which gives
 * something away (R-23). One without a contract has nothing. What is being removed counts no more.
 */
export async function budgets(db: Db, resellerIds: number[]): Promise<Map<number, Budget>> {
  return answer(db, await termsOf(db, resellerIds), summed)
}

/**
 * The same without the lines in which nobody can run short: a sale waits for this sum over all that
 * its reseller ever sold, and most resellers have few limits.
 */
export async function scarce(db: Db, resellerIds: number[]): Promise<Map<number, Budget>> {
  const terms = await termsOf(db, resellerIds)
  const limited = (key: PropertyKey) => [...terms.values()].some((own) => own[key] !== unlimited)
  return answer(db, terms, summed.filter(limited))
}

/** The same as if the resellers had these terms, whatever they have now. */
export const budgetsUnder = (db: Db, terms: Map<number, Stored>): Promise<Map<number, Budget>> =>
  answer(db, terms, summed)

/** By how much a line is exceeded; with oversell only what is in use counts. */
export function over({ limit, sold, used, oversell }: Line): number {
  const taken = oversell ? (used ?? 0) : sold
  return limit === unlimited ? 0 : Math.max(taken - limit, 0)
}

async function termsOf(db: Db, resellerIds: number[]): Promise<Map<number, Stored>> {
  const rows = await db.select().from(resellers).where(among(resellers.accountId, resellerIds))
  const terms = new Map(rows.map(({ accountId, values }) => [accountId, values]))
  return new Map(resellerIds.map((id) => [id, terms.get(id) ?? {}]))
}

/** What is in use is counted where it decides: it is all that was ever sold that is looked at. */
async function answer(db: Db, terms: Map<number, Stored>, keys: PropertyKey[]) {
  const sales = await soldBy(db, [...terms.keys()], keys)
  const found = new Map<number, Budget>()
  for (const [id, own] of terms) {
    const uses = own.oversell ? await inUse(db, id) : {}
    found.set(id, budget(own, keys, sales.get(id) ?? {}, uses))
  }
  return found
}

function withFree(line: Omit<Line, 'free'>): Line {
  const { limit, sold, used, oversell } = line
  const taken = oversell ? (used ?? 0) : sold
  return { ...line, free: limit === unlimited ? unlimited : Math.max(limit - taken, 0) }
}

/** The same when this is sold too: promised, and nothing of it is in use yet. */
export const afterSale = (budget: Budget, sale: Stored): Budget =>
  new Map(
    [...budget].map(([key, line]) => {
      const amount = (sale[key] ?? 0) as Limit
      if (amount === unlimited) return [key, { ...line, unlimitedSold: line.unlimitedSold + 1 }]
      const sold = line.sold + amount
      return [key, withFree({ ...line, sold, used: counted.includes(key) ? sold : line.used })]
    }),
  )

type Sales = Record<string, string | number>

function budget(values: Stored, keys: PropertyKey[], sales: Sales, uses: Used): Budget {
  const oversell = values.oversell ?? false
  const sold = (key: string) => Number(sales[key] ?? 0)
  const line = (key: PropertyKey, used: number | null): [PropertyKey, Line] => {
    const limit = (values[key] ?? 0) as Limit
    const unlimitedSold = sold(`${key} unlimited`)
    return [key, withFree({ limit, sold: sold(key), unlimitedSold, used, oversell })]
  }
  return new Map([
    ...keys.map((key) => line(key, uses[key] ?? null)),
    ...counted.map((key) => line(key, sold(key))),
  ])
}

/** One query, however many resellers are asked for. */
async function soldBy(
  db: Db,
  resellerIds: number[],
  keys: PropertyKey[],
): Promise<Map<number, Sales>> {
  const columns = [sql`sum(sale.count) as subscriptions`, ...keys.map(sums)]
  const rows = await db.execute<Sales & { seller: string }>(sql`
    select ids.seller, (${customersOf(sql`ids.seller`)}) as customers, sold.*
    from unnest(${`{${resellerIds.join(',')}}`}::bigint[]) as ids (seller)
    left join lateral (
      select ${sql.join(columns, sql`, `)} from (${salesOf(sql`ids.seller`)}) as sale
    ) sold on true`)
  return new Map(rows.map((row) => [Number(row.seller), row]))
}

function sums(key: PropertyKey): SQL {
  const value = sql`(sale.values -> ${sql.raw(`'${key}'`)})`
  return sql`
    sum(case when jsonb_typeof(${value}) = 'number' then ${value}::numeric * sale.count end)
      as ${sql.identifier(key)},
    sum(sale.count) filter (where ${value} = '"unlimited"')
      as ${sql.identifier(`${key} unlimited`)}`
}

function countedAs(key: PropertyKey) {
  const property = catalogue[key]
  return property.kind === 'limit' ? property.sales : null
}
