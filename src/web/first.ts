import { and, type Column, type SQL, sql } from 'drizzle-orm'
import { amongFew, areFew } from '../db/narrowing.ts'
import type { ListRules, ReadList } from './list.ts'

type Walk = Pick<ReadList<ListRules>, 'where' | 'order' | 'limit'>

/** Where rows are found; it has what they are sorted by. */
interface Found {
  id: Column
  from: SQL
}

/** The first of each part by an index of its own, for a statement that sorts them once more. */
export function firstOf(walk: Walk, found: Found, parts: SQL[]): SQL {
  const [only] = parts
  if (parts.length === 1) return and(only, walk.where)!
  const first = parts.map((part) => ordered(walk, found, part))
  return sql`${found.id} in (${sql.join(first, sql` union all `)})`
}

/**
 * The first of what is `few` in a statement: what else a row shows is not looked up for the rest of them.
 * Where they are too many it is any one of them, which says so.
 */
export const firstOfFew = (walk: Walk, found: Found): SQL =>
  sql`${found.id} in (${ordered(walk, found, and(areFew, amongFew(found.id))!)}
    union all (select id from few where not ${areFew} limit 1))`

const ordered = ({ where, order, limit }: Walk, { id, from }: Found, part: SQL) =>
  sql`(select ${id} from ${from} where ${and(part, where)}
    order by ${sql.join(order, sql`, `)} limit ${limit})`
