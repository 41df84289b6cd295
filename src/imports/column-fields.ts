import { Invalid } from '../errors.ts'
import type { Translate } from '../web/i18n.ts'

/** What a line can say of a customer. */
export type ColumnName = (typeof columns)[number]['name']

/** English; any of the labels will do, the first is that of the template. */
export const columns = [
  { name: 'name', labels: ['Name'] },
  { name: 'company', labels: ['Company'] },
  { name: 'email', labels: ['E-mail'] },
  { name: 'phone', labels: ['Contact number', 'Phone'] },
  { name: 'login', labels: ['User name', 'User', 'Login'] },
  { name: 'street', labels: ['Street'] },
  { name: 'postcode', labels: ['Postcode'] },
  { name: 'city', labels: ['City'] },
  { name: 'country', labels: ['Country'] },
  { name: 'language', labels: ['Language'] },
  { name: 'timeZone', labels: ['Time zone'] },
  { name: 'description', labels: ['Description'] },
  { name: 'additionalInformation', labels: ['Additional information'] },
  { name: 'domain', labels: ['Domain'] },
  { name: 'plan', labels: ['Plan'] },
  { name: 'host', labels: ['Host'] },
  { name: 'status', labels: ['Status'] },
  { name: 'kind', labels: ['Kind'] },
  { name: 'provider', labels: ['Provider'] },
] as const

/** In our own files too, and of no use for a new customer: it gets a number of its own. */
const ours = ['ID', 'Subscriptions', 'Created', 'Line', 'Reason']

export interface Columns {
  /** of each column of the file; null: it is not read */
  read: (ColumnName | null)[]
  /** as they are called in the file */
  unread: string[]
}

/** @throws {Invalid} at `file`, for what is there twice or not at all */
export function columnsOf(header: string[], t: Translate): Columns {
  const names = namesIn(t)
  const read = header.map((typed) => names.get(plain(typed)) ?? null)
  const twice = header.find((_, n) => read[n] && read.indexOf(read[n]) < n)
  if (twice !== undefined) {
    throw new Invalid('file', 'The column “{column}” is there twice.', { column: short(twice) })
  }
  const lacking = (['name', 'email'] as const).filter((name) => !read.includes(name))
  if (lacking.length > 0) {
    const column = lacking.map((name) => t(labelOf(name))).join(', ')
    throw new Invalid('file', 'The first line names the columns; {column} is not among them.', {
      column,
    })
  }
  const unread = header.filter((typed, n) => read[n] === null && typed.trim() !== '')
  return { read, unread: [...new Set(unread.map(short))] }
}

/** How many of these mean something: of what a wrong separator makes of a line none does. */
export function knownIn(header: string[], t: Translate): number {
  const names = namesIn(t)
  return header.filter((typed) => names.has(plain(typed))).length
}

export const labelOf = (name: ColumnName): string =>
  columns.find((column) => column.name === name)!.labels[0]

/** In English and in the reader's language. */
export const namesIn = (t: Translate): Map<string, ColumnName> =>
  new Map(
    columns.flatMap(({ name, labels }) =>
      labels.flatMap((label) => [label, t(label)].map((text) => [plain(text), name] as const)),
    ),
  )

/** Those that our own files have besides; nobody need be told that they are not read. */
export const isOurs = (typed: string, t: Translate): boolean =>
  ours.some((label) => [label, t(label)].some((text) => plain(text) === plain(typed)))

/** Other programs write `e_mail`, `E-Mail` and `EMAIL`. */
const plain = (text: string) =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '')

const short = (text: string) => (text.length > 40 ? `${text.slice(0, 39)}…` : text)
