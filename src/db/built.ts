import type { Db } from './database.ts'
import { mapOnce } from './mapped.ts'

const made = new WeakMap<Db, Map<string, unknown>>()

/**
 * Drizzle takes longer to write a statement than Postgres to run it, so what every page asks is
 * written once per database. `shape` names all that its text depends on; what changes from time to
 * time is a placeholder, and so is nothing that there are many of.
 *
 *     built(db, 'login by name', () => db.select()…where(eq(logins.name, sql.placeholder('name'))).prepare(''))
 *       .execute({ name })
 */
export function built<Query extends object>(db: Db, shape: string, build: () => Query): Query {
  const mine = made.get(db) ?? new Map<string, unknown>()
  made.set(db, mine)
  const known = mine.get(shape) as Query | undefined
  if (known) return known
  const query = build()
  mapOnce(query)
  mine.set(shape, query)
  return query
}
