import type { CsvValue } from './csv.ts'
import type { C } from './env.ts'
import type { Summed } from './totals.ts'

export interface ListColumn<Row = never> {
  name: string
  /** in the reader's language */
  label: string
  /** of the list's `sorts` */
  sort?: string
  /** numbers stand at the end of their cell */
  end?: boolean
  /** what every row is known by: there is no list without it */
  always?: boolean
  /** only for those who ask for it */
  rare?: boolean
  /** only in the CSV */
  fileOnly?: boolean
  /** in the CSV; a column without it is not there */
  text?: (row: Row) => CsvValue
  /** what it adds up to stands at the end of the list */
  sum?: Summed
}

/** The columns of a list as one reader sees them. */
export interface ShownColumns {
  all: readonly Omit<ListColumn, 'text'>[]
  has: (name: string) => boolean
}

/** What this login chose for this list, or else the usual ones. */
export function shownColumns<Row>(c: C, all: readonly ListColumn<Row>[]): ShownColumns {
  const chosen = c.get('session')?.columns[c.req.path]
  const shown = new Set(
    all
      .filter(({ name, always, rare }) => always || (chosen ? chosen.includes(name) : !rare))
      .map(({ name }) => name),
  )
  return { all: all.filter(({ fileOnly }) => !fileOnly), has: (name) => shown.has(name) }
}
