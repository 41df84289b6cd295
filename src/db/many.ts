import { type Placeholder, type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import type { Transaction } from './database.ts'

/**
 * `column = any(…)` with all numbers in one parameter: ten thousand are no more parameters than one
 * (F-76, F-78), and lists of any length share one prepared statement.
 */
export const among = (column: SQLWrapper, ids: readonly number[]): SQL =>
  sql`${column} = any(${arrayOf(ids)}::bigint[])`

/** As Postgres reads an array: `{1,null,3}`. */
export const arrayOf = (numbers: readonly (number | null)[]): string =>
  `{${numbers.map((one) => one ?? 'null').join(',')}}`

/** The same with texts, as one parameter too. */
export const amongTexts = (column: SQLWrapper, texts: readonly string[]): SQL =>
  sql`${column} = any(array(select jsonb_array_elements_text(${JSON.stringify(texts)}::jsonb)))`

/**
 * The same with the array as Postgres wrote it. Not as an array: how many it holds would tempt the
 * planner to plan each page anew, which takes longer than the page.
 */
export const amongWritten = (column: SQLWrapper, ids: string | Placeholder): SQL =>
  sql`${column} in (select string_to_table(trim(both '{}' from ${ids}), ',')::bigint)`

/**
 * What many have in common, each once, and which of them each has, counted from one as Postgres does.
 * Columns of numbers are taken apart four times sooner than ten thousand objects.
 */
export function sharedOnce<Shared>(all: readonly Shared[]): { each: Shared[]; places: number[] } {
  const places = new Map<string, number>()
  const each: Shared[] = []
  const placeOf = (one: Shared) => {
    const key = JSON.stringify(one)
    const place = places.get(key) ?? each.push(one)
    places.set(key, place)
    return place
  }
  return { places: all.map(placeOf), each }
}

/** Holds the rows that a `select … for …` names, in its order; to fetch thousands takes longer than that. */
export const holdAll = (tx: Transaction, rows: SQLWrapper) =>
  tx.execute(sql`select count(*) from (${rows}) as held`)
