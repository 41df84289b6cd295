import { type Placeholder, type SQL, type SQLWrapper, sql } from 'drizzle-orm'

/**
 * `column = any(…)` with all numbers in one parameter: ten thousand are no more parameters than one
 * (F-76, F-78), and lists of any length share one prepared statement.
 */
export const among = (column: SQLWrapper, ids: readonly number[]): SQL =>
  sql`${column} = any(${`{${ids.join(',')}}`}::bigint[])`

/** The same with texts, as one parameter too. */
export const amongTexts = (column: SQLWrapper, texts: readonly string[]): SQL =>
  sql`${column} = any(array(select jsonb_array_elements_text(${JSON.stringify(texts)}::jsonb)))`

/**
 * The same with the array as Postgres wrote it. Not as an array: how many it holds would tempt the
 * planner to plan each page anew, which takes longer than the page.
 */
export const amongWritten = (column: SQLWrapper, ids: string | Placeholder): SQL =>
  sql`${column} in (select string_to_table(trim(both '{}' from ${ids}), ',')::bigint)`
