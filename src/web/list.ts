import { asc, type Column, desc, type Placeholder, type SQL, sql } from 'drizzle-orm'
import { HTTPException } from 'hono/http-exception'
import { z } from 'zod'
import { written } from '../db/written.ts'
import { decodeCursor, encodeCursor, keyOf, placeOf, type Sortable } from './cursor.ts'
import type { C } from './env.ts'
import { wantsFragment } from './respond.ts'

/**
 * A list in an address: `?q=…&kind=…&sort=-created&after=…`. Sorts and filters come from an
 * allow-list; what is not on it counts as not given (F-39).
 *
 *     const rules = { sorts: { name: sql`lower(${plans.name})` }, sort: 'name', id: plans.id,
 *       filters: { q: search(), kind: oneOf(planKinds) } } satisfies ListRules
 *     const planColumns = (t: Translate) => [
 *       { name: 'name', label: t('Name'), sort: 'name', always: true, text: (row) => row.name },
 *       { name: 'owner', label: t('Owner'), text: (row) => row.owner },
 *     ] satisfies ListColumn<Row>[]
 *
 *     const rowsOf = (c: C, list: ReadList<typeof rules>) => c.var.db
 *       .select({ …, cursor: list.cursor }).from(plans)
 *       .where(and(visible, contains(plans.name, list.filters.q), list.where))
 *       .orderBy(...list.order).limit(list.limit)
 *
 *     .get('/plans', async (c) => {
 *       const read = readList(c, rules)
 *       const list = read.of(await rowsOf(c, read))
 *       const columns = shownColumns(c, planColumns(c.var.t))
 *       const data = { list, columns, panel: filterPanel([{ name: 'kind', label: …, options: … }], list) }
 *       return page(c, wantsPart(c, list) ? 'plans/_table' : 'plans/list', data)
 *     })
 *     .get('/plans.csv', (c) =>
 *       csv(c, 'plans', planColumns(c.var.t), everyRow(c, rules, (list) => rowsOf(c, list))))
 *
 * `plans/list.eta` is a card with `include('/lists/_filters', { search: it.t('Search plans') })` and
 * `include('./_table')`; that is `<div id="list">` with `/lists/_bar`, the table (its head is
 * `/lists/_headings`, a row asks `it.columns.has('owner')` for each cell) and `/lists/_pager`.
 * views/accounts is the example. With JavaScript only `_table` is fetched while somebody types.
 *
 * Where there may be hundreds of thousands of rows, each sort has an index with the id behind it, what
 * matches is counted and named first (db/narrowing.ts), and statements are written but once (db/built.ts).
 */
export interface ListRules {
  /** never null: `coalesce` what may be; an expression that is no text says its type */
  sorts: Record<string, Sortable>
  /** the usual one; with `-` in front from the largest down */
  sort: string
  /** breaks ties */
  id: Column
  /** of the sorts: those in which no two rows are alike */
  unique?: readonly string[]
  filters?: Record<string, z.ZodType>
  /** rows on a page */
  size?: number
}

export type FiltersOf<R extends Pick<ListRules, 'filters'>> = {
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
  /** the list itself, and what is asked of it: not which page of it */
  path: string
  query: string
  /** as it stands in the address; undefined for the usual one */
  asked: string | undefined
  /** addresses */
  here: string
  next: string | null
  previous: string | null
  csv: string
  /** where columns are chosen, and whether that is here */
  chooser: string
  choosing: boolean
  /** without that filter */
  without: (filter: string) => string
  /** the address sorted by that column, turned round if it is already */
  sortedBy: (sort: string) => string
}

/** What an empty list says, and where to begin. */
export interface Empty {
  title: string
  text?: string
  action?: { href: string; label: string }
  second?: { href: string; label: string }
}

export type ReadList<R extends ListRules> = ReturnType<typeof readList<R>>

/** `part`: another piece of the list than its address asks for. */
export function readList<const R extends ListRules>(
  c: C,
  rules: R,
  part?: { after: string | undefined; size: number },
) {
  const query = c.req.query()
  const { after, before } = part ? { after: part.after, before: undefined } : query
  const { sort, descending } = readSort(query.sort, rules)
  const backwards = before !== undefined
  const { key, type } = keyOf(rules.sorts[sort]!)
  const from = decodeCursor(before ?? after, type)
  const size = part?.size ?? rules.size ?? 50
  const filters = readFilters(query, rules) as FiltersOf<R>
  const by = rules.unique?.includes(sort) ? [key] : [key, rules.id]
  const down = descending !== backwards
  const path = c.req.path.replace(/\.csv$/, '')
  const named = descending ? `-${sort}` : sort
  const asked = named === rules.sort ? undefined : named
  const link = (changes: Record<string, string | undefined>, to = path) =>
    address(to, { ...filters, sort: asked }, changes)

  return {
    filters,
    /** nobody asked for anything */
    unfiltered: Object.values(filters).every((value) => value === undefined || value === ''),
    sort,
    size,
    cursor: placeOf(key, rules.id),
    where: from && past(key, rules.id, from, type, down),
    order: by.map(down ? desc : asc),
    limit: written(size + 1),
    /** for `built` */
    shape: {
      name: `${sort} ${down} ${from !== undefined} ${size}`,
      where: from && past(key, rules.id, pointOf, type, down),
      values: { from: from?.[0], fromId: from?.[1] },
    },
    /** of the filters, for `built`: which words were chosen; undefined when more than such words and a search is asked for */
    words: wordsOf(filters, rules),
    of<Row extends { cursor: string }>(found: Row[]): List<Row, FiltersOf<R>> {
      const rows = found.slice(0, size)
      if (backwards) rows.reverse()
      const [more, came] = [found.length > size, from !== undefined]
      const [first, last] = [rows.at(0)?.cursor, rows.at(-1)?.cursor]
      return {
        rows,
        filters,
        unfiltered: this.unfiltered,
        sort,
        descending,
        path,
        query: link({}, '').slice(1),
        asked,
        here: link(from ? { after, before } : {}),
        next: (backwards ? came : more) && last ? link({ after: encodeCursor(last) }) : null,
        previous: (backwards ? more : came) && first ? link({ before: encodeCursor(first) }) : null,
        csv: link({}, `${path}.csv`),
        chooser: link({ choose: 'columns' }),
        choosing: query.choose === 'columns',
        without: (filter) => link({ [filter]: undefined }),
        sortedBy: (name) => link({ sort: name === sort && !descending ? `-${name}` : name }),
      }
    },
  }
}

/**
 * Whether htmx asks for the table alone. What somebody asked for becomes the browser's address; a
 * table that renews itself does not.
 */
export function wantsPart(c: C, list: Pick<List, 'here'>): boolean {
  const part = wantsFragment(c)
  const itself = c.req.header('HX-Source')?.startsWith('div') ?? false
  if (part && !itself) c.header('HX-Push-Url', list.here)
  return part
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

/** Of words there are few, so each choice of them may have a statement of its own. */
function wordsOf(filters: Record<string, unknown>, rules: ListRules): string | undefined {
  const given = Object.entries(filters).filter(([name]) => name !== 'q')
  const few = given.every(([name]) => isChoice(rules.filters![name]!))
  return few ? given.flat().join(' ') : undefined
}

const isChoice = (field: z.ZodType) => field instanceof z.ZodPipe && field.out instanceof z.ZodEnum

type Point = readonly [string | Placeholder, number | Placeholder]

const pointOf: Point = [sql.placeholder('from'), sql.placeholder('fromId')]

function past(key: SQL, id: Column, from: Point, type: string, down: boolean): SQL {
  const [value, number] = from
  // Through text: the driver would turn 'true' and dates into its own idea of them.
  const bound = sql`${value}::text::${sql.raw(type)}`
  // The first says nothing new, but an index finds it also where the id is another table's.
  return down
    ? sql`${key} <= ${bound} and (${key}, ${id}) < (${bound}, ${number}::bigint)`
    : sql`${key} >= ${bound} and (${key}, ${id}) > (${bound}, ${number}::bigint)`
}

export function address(
  path: string,
  filters: Record<string, unknown>,
  more: Record<string, string | undefined>,
) {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries({ ...filters, ...more })) {
    if (value !== undefined && value !== '') query.set(name, String(value))
  }
  return query.size > 0 ? `${path}?${query}` : path
}
