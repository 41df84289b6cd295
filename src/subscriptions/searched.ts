import { domainToASCII } from 'node:url'
import { type Placeholder, sql } from 'drizzle-orm'
import { anywhere, asNumber } from '../db/typed.ts'

/** What somebody searches for as statements ask for it, or the places for it where one serves many. */
export interface Searched {
  /** for `like`: anything with it inside */
  like: string | Placeholder
  /** the same in each way that names are kept */
  asKept: readonly (string | Placeholder)[]
  /** when it can be the number of something (M-6) */
  number: number | Placeholder | undefined
  /** long enough for an index of trigrams; what is shorter Postgres finds soon by going through the table */
  long: boolean
}

export const searched = (q: string | Searched): Searched =>
  typeof q === 'string'
    ? {
        like: anywhere(q.toLowerCase()),
        asKept: spellings(q).map(anywhere),
        number: asNumber(q),
        long: /[\p{L}\p{N}]{3}/u.test(q),
      }
    : q

/** For `built`: with places, what the text of a statement depends on, and what is put into them. */
export function withPlaces(q: string) {
  const { like, asKept, number, long } = searched(q)
  const values = { number, ...Object.fromEntries(asKept.map((name, n) => [`name${n}`, name])) }
  const places: Searched = {
    like: sql.placeholder('like'),
    asKept: asKept.map((_, n) => sql.placeholder(`name${n}`)),
    number: number === undefined ? undefined : sql.placeholder('number'),
    long,
  }
  const name = `search ${asKept.length} ${number !== undefined} ${long}`
  return { places, name, values: { ...values, like } }
}

/** People type what they read; names are kept as A-labels (F-1). */
export function spellings(q: string): string[] {
  const typed = q.toLowerCase()
  return [...new Set([typed, domainToASCII(typed) || typed])]
}
