import { type Placeholder, type SQL, sql } from 'drizzle-orm'

/** `%typed%` for `like`, with what was typed taken literally (F-39). */
export const anywhere = (typed: string): string =>
  `%${typed.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`

/** What was typed, when it can be the number of something (M-6). */
export const asNumber = (typed: string): number | undefined =>
  /^[1-9][0-9]{0,14}$/.test(typed) ? Number(typed) : undefined

/** `typed%` for `like`, likewise. */
export const startingWith = (typed: string): string => anywhere(typed).slice(1)

/** `words like …`, which an index of trigrams finds. */
export const wordsLike = (like: string | Placeholder): SQL => sql`words like ${like}`

/**
 * The same where there is nothing to choose between, so that no search is planned anew for longer than
 * it takes: the planner is not shown what is looked for.
 */
export const wordsLikeUnseen = (like: string | Placeholder): SQL =>
  sql`words like (select ${like}::text)`
