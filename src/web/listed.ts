import type { SQL } from 'drizzle-orm'
import { type Narrowed, narrow } from '../db/narrowing.ts'
import { type ListColumn, type ShownColumns, shownColumns } from './columns.ts'
import { csv, everyRow } from './csv.ts'
import type { C } from './env.ts'
import { type FilterPanel, filterPanel, type PanelField } from './filter-panel.ts'
import { type FiltersOf, type List, type ListRules, type ReadList, readList } from './list.ts'
import { type Totals, totalsOf } from './totals.ts'

/** All that makes a list, whichever piece of it is asked for. */
export interface ListSource<R extends ListRules, Row extends { cursor: string }> {
  rules: R
  columns: (c: C) => readonly ListColumn<Row>[]
  panel: (c: C, asked: FiltersOf<R>) => Promise<PanelField[]>
  /** what matches, for `narrow` */
  branches: (c: C, asked: FiltersOf<R>) => SQL[]
  /** `few`: nothing but those, where they are few enough to be named */
  rows: (c: C, list: ReadList<R>, few?: Narrowed) => Promise<Row[]>
  /** `12 databases`, `More than 1,000 databases` */
  count: (c: C, many: Narrowed) => string
}

/** What the templates of every list get. */
export interface Listed<R extends ListRules, Row> {
  list: List<Row, FiltersOf<R>>
  columns: ShownColumns
  panel: FilterPanel
  csv: true
  count: string
  totals: Totals | undefined
}

export async function listed<const R extends ListRules, Row extends { cursor: string }>(
  c: C,
  source: ListSource<R, Row>,
): Promise<Listed<R, Row>> {
  const { rules, branches, rows } = source
  const read = readList(c, rules)
  const asked = () => branches(c, read.filters)
  const all = source.columns(c)
  const columns = shownColumns(c, all)
  const [few, fields] = await Promise.all([
    narrow(c.get('db'), asked),
    source.panel(c, read.filters),
  ])
  const [found, totals] = await Promise.all([
    rows(c, read, few),
    totalsOf(c, rules.id.table, columns, asked, few),
  ])
  const list = read.of(found)
  const panel = filterPanel(fields, list)
  return { list, columns, panel, csv: true, count: source.count(c, few), totals }
}

export const exported = <const R extends ListRules, Row extends { cursor: string }>(
  c: C,
  name: string,
  { rules, columns, rows }: ListSource<R, Row>,
) =>
  csv(
    c,
    name,
    columns(c),
    everyRow(c, rules, (list) => rows(c, list)),
  )
