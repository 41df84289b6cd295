import type { SQL } from 'drizzle-orm'
import { z } from 'zod'
import { type Narrowed, narrow } from '../db/narrowing.ts'
import { encodeCursor } from '../web/cursor.ts'
import type { C } from '../web/env.ts'
import { type FiltersOf, type ListRules, type ReadList, readList } from '../web/list.ts'

const size = 100

/** What a list can be asked: as its page, but that nothing is passed over that makes no sense. */
export const listQuery = ({ sorts, filters = {} }: Pick<ListRules, 'sorts' | 'filters'>) =>
  z.strictObject({
    ...Object.fromEntries(Object.entries(filters).map(([name, field]) => [name, field.optional()])),
    sort: z.enum(Object.keys(sorts).flatMap((name) => [name, `-${name}`])).optional(),
    after: z.string().max(1000).optional(),
  })

/** The same pieces that its page is made of. */
interface Source<R extends ListRules, Row extends { cursor: string }> {
  rules: R
  branches: (c: C, asked: FiltersOf<R>) => readonly SQL[]
  rows: (c: C, list: ReadList<R>, few: Narrowed) => Promise<Row[]>
}

export async function pageOf<const R extends ListRules, Row extends { cursor: string }>(
  c: C,
  { rules, branches, rows }: Source<R, Row>,
) {
  const list = readList(c, rules, { after: c.req.query('after'), size })
  const few = await narrow(c.var.db, () => branches(c, list.filters))
  const found = await rows(c, list, few)
  const items = found.slice(0, size)
  const last = found.length > size ? items.at(-1) : undefined
  return { items, next: last ? encodeCursor(last.cursor) : null }
}

/** Of a list that goes by other places than a cursor of the database's. */
export const piece = <Row>(found: Row[], nameOf: (row: Row) => string) => ({
  items: found.slice(0, size),
  next: found.length > size ? nameOf(found[size - 1]!) : null,
})

export { size }
