import { type SQL, sql, type Table } from 'drizzle-orm'
import { amongWritten } from '../db/many.ts'
import type { Narrowed } from '../db/narrowing.ts'
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
  sums: Record<string, Summed>,
  branches: readonly SQL[],
  { ids, count }: Narrowed,
): Promise<Totals | undefined> {
  if (Object.keys(sums).length === 0 || count < 2) return undefined
  if (ids !== null) return { of: shown(c, sums, await sumsOf(c, table, sums, few(ids))), ask: null }
  const query = new URLSearchParams(c.req.query())
  if (query.get('totals') !== 'all') {
    query.set('totals', 'all')
    return { of: {}, ask: `${c.req.path}?${query}` }
  }
  const figures = await sumsOf(c, table, sums, many(branches))
  const more = Number(figures.rows) > most
  const said = (text: string) => (more ? c.var.t('More than {amount}', { amount: text }) : text)
  return { of: shown(c, sums, figures, said), ask: null }
}

const few = (ids: string) => sql`where ${amongWritten(sql`id`, ids)}`

const many = (branches: readonly SQL[]) => {
  const limited = branches.map((branch) => sql`(${branch} limit ${most + 1})`)
  return sql`where id in (select id from (${sql.join(limited, sql` union `)}) as found limit ${most + 1})`
}

type Figures = Record<string, string | null>

async function sumsOf({ var: { db } }: C, table: Table, sums: Record<string, Summed>, where: SQL) {
  const figures = Object.entries(sums).map(
    ([name, { of }]) => sql`sum(${of})::text as ${sql.identifier(name)}`,
  )
  const [row] = await db.execute<Figures>(
    sql`select count(*)::text as rows, ${sql.join(figures, sql`, `)} from ${table} ${where}`,
  )
  return row!
}

const shown = (
  { var: { show } }: C,
  sums: Record<string, Summed>,
  figures: Figures,
  said = (text: string) => text,
) =>
  Object.fromEntries(
    Object.entries(sums).map(([name, { as }]) => [
      name,
      said(show[as](Number(figures[name] ?? 0))),
    ]),
  )
