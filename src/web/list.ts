import { asc, type Column, desc, type SQL, sql } from 'drizzle-orm'
import { HTTPException } from 'hono/http-exception'
import type { z } from 'zod'
import { decodeCursor, encodeCursor, keyOf, type Sortable } from './cursor.ts'
import type { C } from './env.ts'

/**
 * A list in an address: `?q=…&kind=…&sort=-created&after=…`. Sorts and filters come from an
 * allow-list; what is not on it counts as not given (F-39).
 *
 *     const planList = { sorts: { name: sql`lower(${plans.name})` }, sort: 'name', id: plans.id,
 *       filters: { q: search(), kind: oneOf(planKinds) } } satisfies ListRules
 *
 *     const list = readList(c, planList)
 *     const rows = await db.select({ …, cursor: list.cursor }).from(plans)
 *       .where(and(visible, contains(plans.name, list.filters.q), list.where))
 *       .orderBy(...list.order).limit(list.limit)
 *     return page(c, 'plans/list', { list: list.of(rows) })
 */
export interface ListRules {
  /** never null: `coalesce` what may be; an expression that is no text says its type */
  sorts: Record<string, Sortable>
  /** the usual one; with `-` in front from the largest down */
  sort: string
  /** breaks ties */
  id: Column
  filters?: Record<string, z.ZodType>
  /** rows on a page */
  size?: number
}

type FiltersOf<R extends ListRules> = {
  [K in keyof R['filters']]?: R['filters'][K] extends z.ZodType<infer T> ? T : never
}

/** One page of a list, as templates get it. */
export interface List<Row = object, Filters = Record<string, unknown>> {
  rows: Row[]
  filters: Filters
  /** nobody asked for anything, so an empty list is an empty table */
  unfiltered: boolean
  sort: string
  descending: boolean
  /** addresses */
  next: string | null
  previous: string | null
  /** the address sorted by that column, turned round if it is already */
  sortedBy: (sort: string) => string
}

/** What an empty list says, and where to begin. */
export interface Empty {
  title: string
  text?: string
  action?: { href: string; label: string }
}

export function readList<const R extends ListRules>(c: C, rules: R) {
  const query = c.req.query()
  const { sort, descending } = readSort(query.sort, rules)
  const backwards = query.before !== undefined
  const { key, type } = keyOf(rules.sorts[sort]!)
  const from = decodeCursor(query.before ?? query.after, type)
  const size = rules.size ?? 50
  const filters = readFilters(query, rules) as FiltersOf<R>
  const down = descending !== backwards
  const link = (changes: Record<string, string>) => address(c.req.path, { ...filters }, changes)
  const asked = descending ? `-${sort}` : sort
  const kept: Record<string, string> = asked === rules.sort ? {} : { sort: asked }

  return {
    filters,
    sort,
    cursor: encodeCursor(key, rules.id),
    where: from && past(key, rules.id, from, type, down),
    order: down ? [desc(key), desc(rules.id)] : [asc(key), asc(rules.id)],
    limit: size + 1,
    of<Row extends { cursor: string }>(found: Row[]): List<Row, FiltersOf<R>> {
      const rows = found.slice(0, size)
      if (backwards) rows.reverse()
      const [more, came] = [found.length > size, from !== undefined]
      const [first, last] = [rows.at(0)?.cursor, rows.at(-1)?.cursor]
      return {
        rows,
        filters,
        unfiltered: Object.values(filters).every((value) => value === undefined || value === ''),
        sort,
        descending,
        next: (backwards ? came : more) && last ? link({ ...kept, after: last }) : null,
        previous: (backwards ? more : came) && first ? link({ ...kept, before: first }) : null,
        sortedBy: (name) => link({ sort: name === sort && !descending ? `-${name}` : name }),
      }
    },
  }
}

/** `… ilike '%typed%'` with what was typed taken literally; undefined when nothing was. */
export function contains(column: Column | SQL, typed: string | undefined): SQL | undefined {
  if (!typed) return undefined
  const literal = typed.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)
  return sql`${column} ilike ${`%${literal}%`}`
}

function readSort(asked: string | undefined, { sorts, sort }: ListRules) {
  const name = asked?.replace(/^-/, '') ?? ''
  const wanted = Object.hasOwn(sorts, name) ? asked! : sort
  return { sort: wanted.replace(/^-/, ''), descending: wanted.startsWith('-') }
}

/** Those of the allow-list that were given and make sense (F-39). */
export function readFilters(
  query: Record<string, string>,
  { filters = {} }: Pick<ListRules, 'filters'>,
) {
  const found: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(filters)) {
    const typed = query[name]
    if (typed === undefined || typed === '') continue
    if (typed.length > 200) throw new HTTPException(400)
    const result = field.safeParse(typed)
    if (result.success) found[name] = result.data
  }
  return found
}

function past(key: SQL, id: Column, from: [string, number], type: string, down: boolean): SQL {
  const [value, number] = from
  // Through text: the driver would turn 'true' and dates into its own idea of them.
  const point = sql`(${value}::text::${sql.raw(type)}, ${number}::bigint)`
  return down ? sql`(${key}, ${id}) < ${point}` : sql`(${key}, ${id}) > ${point}`
}

export function address(
  path: string,
  filters: Record<string, unknown>,
  more: Record<string, string>,
) {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries({ ...filters, ...more })) {
    if (value !== undefined && value !== '') query.set(name, String(value))
  }
  return query.size > 0 ? `${path}?${query}` : path
}
