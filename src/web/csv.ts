import { Readable } from 'node:stream'
import type { ListColumn } from './columns.ts'
import { encodeCursor } from './cursor.ts'
import type { C } from './env.ts'
import { type ListRules, type ReadList, readList } from './list.ts'

export type CsvValue = string | number | boolean | Date | null

/**
 * All that a list's filters match, as a file for a spreadsheet: UTF-8 with the mark that Excel needs,
 * comma, CRLF. It is read and sent a thousand rows at a time, so its length costs no memory (F-63).
 * `name` is ours, never a user's (F-67).
 */
export async function csv<Row>(
  c: C,
  name: string,
  columns: readonly ListColumn<Row>[],
  rows: AsyncGenerator<Row[]>,
) {
  const written = columns.filter((column) => column.text !== undefined)
  const lines = (some: Row[]) =>
    some.map((row) => line(written.map((column) => column.text!(row)))).join('')
  // Before anything is sent, so that what goes wrong at once is told as on any page.
  const first = await rows.next()
  async function* parts() {
    yield `\uFEFF${line(written.map((column) => column.label))}`
    if (!first.done) yield lines(first.value)
    for await (const some of rows) yield lines(some)
  }

  const day = new Date().toISOString().slice(0, 10)
  c.header('Content-Type', 'text/csv; charset=utf-8')
  c.header('Content-Disposition', `attachment; filename="${name}-${day}.csv"`)
  return c.body(Readable.toWeb(Readable.from(parts(), { objectMode: false })) as ReadableStream)
}

/** Each row of the list that the address asks for, a thousand at a time. */
export async function* everyRow<const R extends ListRules, Row extends { cursor: string }>(
  c: C,
  rules: R,
  rowsOf: (list: ReadList<R>) => Promise<Row[]>,
) {
  const size = 1000
  for (let after: string | undefined; ; ) {
    const found = await rowsOf(readList(c, rules, { after, size }))
    yield found.slice(0, size)
    if (found.length <= size) return
    after = encodeCursor(found[size - 1]!.cursor)
  }
}

const line = (values: readonly CsvValue[]) => `${values.map(cell).join(',')}\r\n`

/**
 * What a spreadsheet would take for a formula is made text: others wrote it (F-68). What begins with
 * a mark of ours already gets one more, so that the way back is one way only.
 */
export function cell(value: CsvValue): string {
  if (value === null) return ''
  if (value instanceof Date) return value.toISOString()
  if (typeof value !== 'string') return String(value)
  const text = formula.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text
}

const formula = /^'*[=+\-@\t\r\n＝＋－＠]/

/** What `cell` was given, from the text that a reader of CSV finds. */
export const uncell = (text: string): string =>
  /^'./su.test(text) && formula.test(text) ? text.slice(1) : text
