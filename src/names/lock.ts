import { sql } from 'drizzle-orm'
import type { Transaction } from '../db/database.ts'

/** Until the transaction ends: others who want this name wait. */
export async function lockName(tx: Transaction, name: string) {
  await shareNames(tx)
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`)
}

/** Nobody takes all names meanwhile. Before a name is given away that a unique index alone guards. */
export const shareNames = (tx: Transaction) =>
  tx.execute(sql`select pg_advisory_xact_lock_shared(${all})`)

/**
 * Nobody else gets a name meanwhile: for ten thousand at once, because Postgres has not room for as
 * many locks. Held contracts come before it, as where one is made.
 */
export const lockAllNames = (tx: Transaction) =>
  tx.execute(sql`select pg_advisory_xact_lock(${all})`)

const all = sql`hashtextextended('all names', 0)`
