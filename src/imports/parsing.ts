import { type CsvError, parse } from 'csv-parse/sync'
import { Invalid } from '../errors.ts'

export interface Sheet {
  header: string[]
  records: SheetRecord[]
}

export interface SheetRecord {
  /** where it begins in the file; the header is line 1 */
  line: number
  cells: string[]
}

export const maxRecords = 10_000
const maxColumns = 100
/** two notes as long as they may be, and all the rest */
const maxLineLength = 100_000

/**
 * A table of commas, semicolons or tabs, whichever of them makes most of its first line (F-63).
 *
 * @param known how many of these names of columns mean something
 * @throws {Invalid} at `file`, where possible with the line
 */
export function parsed(typed: string, known: (header: string[]) => number): Sheet {
  const text = typed.replaceAll(/\r\n?/g, '\n')
  const [header, ...records] = recordsOf(text, separatorOf(text, known))
  if (!header) throw new Invalid('file', 'This file is empty.')
  if (header.cells.length > maxColumns) {
    const words = { count: header.cells.length, maximum: maxColumns }
    throw new Invalid(
      'file',
      'The first line names {count} columns, and at most {maximum} are read.',
      words,
    )
  }
  if (records.length === 0) {
    throw new Invalid(
      'file',
      'This file has nothing below its first line, which names the columns.',
    )
  }
  if (records.length > maxRecords) {
    const words = { count: records.length, maximum: maxRecords }
    throw new Invalid(
      'file',
      'This file has {count} customers, and at most {maximum} are imported at once.',
      words,
    )
  }
  return { header: header.cells, records }
}

const separators = [',', ';', '\t']

function separatorOf(text: string, known: (header: string[]) => number): string {
  const start = text.slice(0, maxLineLength)
  const scores = separators.map((separator) => {
    const [header = []] = firstOf(start, separator)
    return { separator, known: known(header), columns: header.length }
  })
  return scores.toSorted((a, b) => b.known - a.known || b.columns - a.columns)[0]!.separator
}

/** Quotes that are none with this separator are no reason to give up the others. */
function firstOf(text: string, delimiter: string): string[][] {
  try {
    return parse(text, { ...options, delimiter, to: 1 })
  } catch {
    return []
  }
}

const options = {
  record_delimiter: '\n',
  relax_column_count: true,
  skip_empty_lines: true,
  skip_records_with_empty_values: true,
  max_record_size: maxLineLength,
}

function recordsOf(text: string, delimiter: string): SheetRecord[] {
  const found: SheetRecord[] = []
  let last = 0
  try {
    parse(text, {
      ...options,
      delimiter,
      on_record: (cells: string[], { lines }) => {
        last = lines
        found.push({ line: lines - breaksIn(cells), cells })
        return null
      },
    })
  } catch (error) {
    throw explained(error as CsvError, last + 1)
  }
  return found
}

const breaksIn = (cells: string[]) =>
  cells.reduce((sum, cell) => sum + (cell.includes('\n') ? cell.split('\n').length - 1 : 0), 0)

/** What is never closed shows at the end of the file, and began after the last whole line. */
function explained({ code, lines }: CsvError & { lines?: number }, after: number): Invalid {
  const line = code === 'CSV_QUOTE_NOT_CLOSED' ? after : (lines ?? after)
  return code === 'CSV_MAX_RECORD_SIZE'
    ? new Invalid('file', 'Line {line} is too long to be read.', { line })
    : new Invalid(
        'file',
        'Line {line}: a quotation mark stands alone. In text it is written twice, and the text between two others.',
        { line },
      )
}
