import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../db/database.ts'
import { catalogue, type PropertyKey, propertyKeys } from '../plans/catalogue.ts'
import { nothing, type Property, unlimited, type Value } from '../plans/property.ts'
import type { Stored } from '../plans/values.ts'
import { type Budget, budgetsUnder, over } from './budget.ts'
import { salesOf } from './sold.ts'

/** Something of which a reseller has sold more than it has. */
export interface Shortage {
  key: PropertyKey
  property: Property
  /** what the reseller has of it */
  has: Value
  /** of what adds up: how much was sold; of all else: to how many subscriptions more was sold */
  sold: number
  adds: boolean
}

/**
 * What each of these resellers has sold too much of, or would have under other terms. Nothing is
 * taken from a customer for it: a smaller plan leaves the reseller unsynced until it has sold less.
 */
export async function shortages(
  db: Db,
  terms: Map<number, Stored>,
): Promise<Map<number, Shortage[]>> {
  if (terms.size === 0) return new Map()
  return shortagesOf(db, terms, await budgetsUnder(db, terms))
}

/** For who has their budgets already. */
export async function shortagesOf(
  db: Db,
  terms: Map<number, Stored>,
  budgets: Map<number, Budget>,
): Promise<Map<number, Shortage[]>> {
  const beyond = await soldBeyond(db, terms)
  return new Map(
    [...terms].map(([id, own]) => [
      id,
      [...added(budgets.get(id)!), ...single(own, beyond.get(id))],
    ]),
  )
}

const added = (budget: Budget): Shortage[] =>
  [...budget]
    .filter(([, line]) => over(line) > 0)
    .map(([key, { limit, sold }]) => ({
      key,
      property: catalogue[key],
      has: limit,
      sold,
      adds: true,
    }))

const single = (own: Stored, counts: Counts = {}): Shortage[] =>
  singly
    .map((key) => ({
      key,
      property: catalogue[key],
      has: own[key] ?? nothing(catalogue[key]),
      sold: Number(counts[key] ?? 0),
      adds: false,
    }))
    .filter(({ sold }) => sold > 0)

type Counts = Record<string, string | number>

/** What does not add up: each sale may be as large as the reseller's own value, and no larger. */
const singly = propertyKeys.filter((key) => {
  const property: Property = catalogue[key]
  return property.group !== 'reseller' && (property.kind !== 'limit' || property.sales === 'max')
})

async function soldBeyond(db: Db, terms: Map<number, Stored>): Promise<Map<number, Counts>> {
  const rows = [...terms].map(([seller, own]) => ({ seller, own }))
  const columns = singly.map(
    (key) => sql`sum(sale.count) filter (where ${isBeyond(key)}) as ${sql.identifier(key)}`,
  )
  const found = await db.execute<Counts & { seller: string }>(sql`
    select terms.seller, ${sql.join(columns, sql`, `)}
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as terms (seller bigint, own jsonb)
    join lateral (${salesOf(sql`terms.seller`)}) as sale on true
    group by terms.seller`)
  return new Map(found.map((row) => [Number(row.seller), row]))
}

/** What `beyond` of plans/values.ts says of two values, as a condition on stored ones. */
function isBeyond(key: PropertyKey): SQL {
  const property: Property = catalogue[key]
  const has = sql`coalesce(terms.own -> ${literal(key)}, ${json(nothing(property))})`
  const sold = sql`coalesce(sale.values -> ${literal(key)}, ${json(nothing(property))})`
  switch (property.kind) {
    case 'limit':
      return sql`${has} <> ${json(unlimited)} and (${sold} = ${json(unlimited)} or ${sold} > ${has})`
    case 'switch':
      return sql`${sold} > ${has}`
    case 'choice':
      return sql`${rank(property.options, sold)} > ${rank(property.options, has)}`
    case 'list':
      return sql`not ${has} @> ${sold}`
  }
}

const rank = (options: readonly string[], value: SQL) =>
  sql`array_position(array[${sql.join(options.map(literal), sql`, `)}], ${value} #>> '{}')`

/** Words of the catalogue, never of people. */
const literal = (word: string) => sql.raw(`'${word}'`)
const json = (value: Value) => sql.raw(`'${JSON.stringify(value)}'::jsonb`)
