import { type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import { built } from './built.ts'
import type { Db } from './database.ts'
import { noteMany, wereMany } from './many-seen.ts'

/** How many rows a list has, and which, when they are not too many to be named. */
export interface Narrowed {
  /** at most `most`, then there are `more` */
  count: number
  more: boolean
  /** as Postgres writes an array; null: too many */
  ids: string | null
}

/** Those that match, where they are few: what the statement of a page begins with, as `few`. */
export interface Few {
  /** for `built`, as in `Shape` */
  name: string
  values: Record<string, unknown>
  /** gives their ids */
  select: () => SQL
}

export const most = 1000

/** One more than are counted. */
export const bound = sql.raw(`limit ${most + 1}`)

/** Not more than are counted. */
export const isFew = (branch: SQL): SQL =>
  sql`(select count(*) from (${branch} ${bound}) as found) <= ${sql.raw(String(most))}`

/** All that is told of those that are more. */
export const many: Narrowed = { count: most, more: true, ids: null }

/** For `built`: what the text of a statement depends on, and what is put into it each time. */
export interface Shape {
  name: string
  values: Record<string, unknown>
}

/**
 * Looks at no more rows than it takes to know that they are many. Where they are few, the page sorts
 * just those; where they are many, going through them in their order soon fills a page. Neither takes
 * longer because the table grows, and Postgres need not guess which of the two it will be.
 *
 * Each branch is a `select id …` that finds some of the rows by an index of its own. With a `shape`
 * the statement is written but once.
 */
export async function narrow(
  db: Db,
  branches: () => readonly SQL[],
  shape?: Shape,
): Promise<Narrowed> {
  if (shape && wereMany(db, shape)) return many
  const statement = () => narrowing(db, branches())
  const [row] = await (shape
    ? built(db, `narrow ${shape.name}`, () => statement().prepare('narrow')).execute(shape.values)
    : statement())
  const { count, ids } = row!
  if (count > most && shape) noteMany(db, shape)
  return count > most ? many : { count, more: false, ids }
}

/** What words find, whoever it belongs to, and whether what is `found` is meant. */
export interface ByWords {
  branches: readonly SQL[]
  meant: SQL
}

/**
 * The same by words alone: the planner need not think of ways to all that somebody sees. Undefined where
 * words find too many to look at each.
 */
export async function narrowByWords(
  db: Db,
  byWords: () => ByWords,
  shape: Shape,
): Promise<Narrowed | undefined> {
  const all = { ...shape, name: `words of ${shape.name}` }
  if (wereMany(db, all)) return undefined
  const statement = () => {
    const { branches, meant } = byWords()
    return db
      .select({
        found: sql<number>`count(*)::integer`,
        count: sql<number>`count(*) filter (where meant)::integer`,
        ids: sql<string>`coalesce(array_agg(id) filter (where meant), '{}')::text`,
      })
      .from(sql`(select id, ${meant} as meant from ${foundBy(branches)} as found) as looked_at`)
  }
  const [row] = await built(db, `narrow ${all.name}`, () => statement().prepare('narrow')).execute(
    shape.values,
  )
  const { found, count, ids } = row!
  if (found <= most) return { count, more: false, ids }
  noteMany(db, all)
  return undefined
}

/** Those that are known already. */
export const namedFew = (ids: string): Few => ({
  name: 'named',
  values: { ids },
  select: () =>
    sql`select string_to_table(trim(both '{}' from ${sql.placeholder('ids')}), ',')::bigint as id`,
})

/** Those that a page finds itself, all or one more than are counted. */
export const matchingFew = (branches: () => readonly SQL[], { name, values }: Shape): Few => ({
  name,
  values,
  select: () => sql`select id from ${foundBy(branches())} as found`,
})

/** For a statement with `few`: how many they are, and whether they are not too many. */
export const fewCounted = sql<number>`(select count(*)::integer from few)`
export const areFew = sql`(${fewCounted} <= ${sql.raw(String(most))})`
export const amongFew = (id: SQLWrapper): SQL => sql`${id} in (select id from few)`

function foundBy(branches: readonly SQL[]): SQL {
  const limited = branches.map((branch) => sql`(${branch} ${bound})`)
  // One branch finds nothing twice.
  return limited.length === 1 ? limited[0]! : sql`(${sql.join(limited, sql` union `)} ${bound})`
}

const narrowing = (db: Db, branches: readonly SQL[]) =>
  db
    .select({
      count: sql<number>`count(*)::integer`,
      ids: sql<string | null>`case when count(*) <= ${sql.raw(String(most))}
        then coalesce(array_agg(id), '{}')::text end`,
    })
    .from(sql`${foundBy(branches)} as few`)
