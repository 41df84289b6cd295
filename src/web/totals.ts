import { getTableName, type SQL, sql, type Table } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import { built } from '../db/built.ts'
import type { Db } from '../db/database.ts'
import { amongWritten } from '../db/many.ts'
import { areFew, type Narrowed } from '../db/narrowing.ts'
import type { ShownColumns } from './columns.ts'
import type { C } from './env.ts'

/** A figure of each row, by the list's own table alone. */
export interface Summed {
  of: SQL
  as: 'number' | 'bytes'
}

/** What the columns of a list add up to, over everything that is filtered (design §8). */
export interface Totals {
  /** as people write them, by column; empty while nobody asked for so many to be added up */
  of: Record<string, string>
  /** where that is asked for; null: they are there */
  ask: string | null
}

/** More are not added up even for who asks; then it says that there are more. */
const most = 100_000

/**
 * Where few match they are added up as a matter of course, for that costs next to nothing. Many only for
 * who asks, and never more than so many: no page takes longer because a table grows.
 */
export async function totalsOf(
  c: C,
  table: Table,
  columns: ShownColumns,
  branches: () => readonly SQL[],
  { ids, count, sums: known }: Narrowed & { sums?: Figures | null },
): Promise<Totals | undefined> {
  const summed = summedOf(columns)
  if (summed.length === 0 || count < 2) return undefined
  if (known) return { of: shown(c, summed, known), ask: null }
  if (ids !== null)
    return { of: shown(c, summed, await sumsOfFew(c, table, summed, ids)), ask: null }
  const query = new URLSearchParams(c.req.query())
  if (query.get('totals') !== 'all') {
    query.set('totals', 'all')
    return { of: {}, ask: `${c.req.path}?${query}` }
  }
  const figures = await sumsOfMany(c, table, summed, branches())
  const more = Number(figures.rows) > most
  const said = (text: string) => (more ? c.get('t')('More than {amount}', { amount: text }) : text)
  return { of: shown(c, summed, figures, said), ask: null }
}

interface SummedColumn {
  name: string
  sum: Summed
}

export type Figures = Record<string, string | null>

/** What a row says of all that match. */
export interface Whole {
  counted: SQL<number>
  sums: SQL<Figures | null>
}

export const unknown: Whole = { counted: sql<number>`0`, sums: sql<null>`null` }

/** The columns that are added up, of those that are shown. */
export const summedOf = (columns: ShownColumns | undefined): SummedColumn[] =>
  columns?.all.flatMap(({ name, sum }) => (sum && columns.has(name) ? [{ name, sum }] : [])) ?? []

/** Of what is `few` in a statement. */
export function sumsOfThese(table: Table, summed: readonly SummedColumn[]): SQL<Figures | null> {
  if (summed.length === 0) return unknown.sums
  const figures = summed.map(({ name, sum }) => sql`${sql.raw(`'${name}'`)}, sum(${sum.of})::text`)
  return sql`(select json_build_object(${sql.join(figures, sql`, `)})
    from ${table} where id in (select id from few) and ${areFew})`
}

async function sumsOfFew({ var: { db } }: C, table: Table, summed: SummedColumn[], ids: string) {
  const names = summed.map(({ name }) => name).join(' ')
  const [row] = await built(db, `totals ${getTableName(table)} ${names}`, () =>
    sums(db, table, summed, amongWritten(sql`id`, sql.placeholder('ids'))).prepare('totals'),
  ).execute({ ids })
  return row!
}

async function sumsOfMany(
  { var: { db } }: C,
  table: Table,
  summed: SummedColumn[],
  branches: readonly SQL[],
) {
  const bound = sql`limit ${most + 1}`
  const limited = branches.map((branch) => sql`(${branch} ${bound})`)
  const found = sql`select id from (${sql.join(limited, sql` union `)}) as found ${bound}`
  const [row] = await sums(db, table, summed, sql`id in (${found})`)
  return row!
}

function sums(db: Db, table: Table, summed: SummedColumn[], which: SQL) {
  const figures = summed.map(({ name, sum }) => [name, sql<string | null>`sum(${sum.of})::text`])
  return db
    .select({ ...Object.fromEntries(figures), rows: sql<string>`count(*)::text` } as Record<
      string,
      SQL<string | null>
    >)
    .from(table as PgTable)
    .where(which)
}

const shown = (
  { var: { show } }: C,
  summed: SummedColumn[],
  figures: Figures,
  said = (text: string) => text,
) =>
  Object.fromEntries(
    summed.map(({ name, sum }) => [name, said(show[sum.as](Number(figures[name] ?? 0)))]),
  )
