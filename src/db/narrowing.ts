import { type SQL, sql } from 'drizzle-orm'
import type { Db } from './database.ts'

/** How many rows a list has, and which, when they are not too many to be named. */
export interface Narrowed {
  /** at most `most`, then there are `more` */
  count: number
  more: boolean
  /** as Postgres writes an array; null: too many */
  ids: string | null
}

export const most = 1000

/**
 * Looks at no more rows than it takes to know that they are many. Where they are few, the page sorts
 * just those; where they are many, going through them in their order soon fills a page. Neither takes
 * longer because the table grows, and Postgres need not guess which of the two it will be.
 *
 * Each branch is a `select id …` that finds some of the rows by an index of its own.
 */
export async function narrow(db: Db, branches: readonly SQL[]): Promise<Narrowed> {
  const limited = branches.map((branch) => sql`(${branch} limit ${most + 1})`)
  const [row] = await db.execute<{ count: number; ids: string | null }>(sql`
    select count(*)::integer as count,
      case when count(*) <= ${most} then coalesce(array_agg(id), '{}')::text end as ids
    from (select id from (${sql.join(limited, sql` union `)}) as found limit ${most + 1}) as few`)
  const { count, ids } = row!
  return { count: Math.min(count, most), more: count > most, ids }
}
