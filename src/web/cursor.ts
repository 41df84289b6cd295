import { Column, type SQL, sql } from 'drizzle-orm'

/** What a list can be sorted by; an expression is text unless it says what else it is. */
export type Sortable = Column | SQL | { by: SQL; type: KeyType }

type KeyType = keyof typeof shapes

/** How a value of each type is written; anything else in a cursor was not made by us. */
const shapes = {
  text: /^[^\0]*$/,
  bigint: /^-?\d{1,18}$/,
  integer: /^-?\d{1,9}$/,
  boolean: /^(true|false)$/,
  numeric: /^-?\d{1,30}(\.\d{1,30})?$/,
  'timestamp with time zone': /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d)?$/,
}

/** Types without a shape of their own (enums) are compared by their names. */
export function keyOf(sortable: Sortable): { key: SQL; type: KeyType } {
  if ('by' in sortable) return { key: sql`(${sortable.by})`, type: sortable.type }
  if (!(sortable instanceof Column)) return { key: sql`(${sortable})`, type: 'text' }
  const type = sortable.getSQLType()
  return Object.hasOwn(shapes, type)
    ? { key: sql`${sortable}`, type: type as KeyType }
    : { key: sql`(${sortable}::text)`, type: 'text' }
}

/** Where a row stands, made by the database, so that no microsecond gets lost on the way. */
export const placeOf = (key: SQL, id: Column) => sql<string>`${id} || ' ' || ${key}::text`

/** For an address, as only few rows need it. */
export function encodeCursor(place: string): string {
  const gap = place.indexOf(' ')
  const cursor = [place.slice(gap + 1), Number(place.slice(0, gap))]
  return Buffer.from(JSON.stringify(cursor)).toString('base64url')
}

export function decodeCursor(
  text: string | undefined,
  type: KeyType,
): [string, number] | undefined {
  if (text === undefined) return undefined
  try {
    const found: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    if (!Array.isArray(found)) return undefined
    const [value, id] = found
    const ours = typeof value === 'string' && shapes[type].test(value) && Number.isSafeInteger(id)
    return ours ? [value, id] : undefined
  } catch {
    return undefined
  }
}
