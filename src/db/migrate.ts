import { join } from 'node:path'
import { migrate as run } from 'drizzle-orm/postgres-js/migrator'
import type { Database } from './database.ts'

const folder = join(import.meta.dirname, '../../drizzle')

/** Several processes may start at once: one migrates, the others wait and find it done (F-183). */
export async function migrate(db: Database) {
  const lock = await db.$client.reserve()
  await lock`select pg_advisory_lock(hashtext('innkeeper migrations'))`
  try {
    await run(db, { migrationsFolder: folder })
  } finally {
    await lock`select pg_advisory_unlock(hashtext('innkeeper migrations'))`
    lock.release()
  }
}
