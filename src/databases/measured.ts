import { eq, sql } from 'drizzle-orm'
import type { SubscriptionResult } from '../contract/messages.ts'
import type { Db } from '../db/database.ts'
import { databases } from './schema.ts'

/** What their hosts found them to take when they were applied. */
export const storeDatabaseSizes = (db: Db, results: SubscriptionResult[]): Promise<void> =>
  storeSizes(
    db,
    results.flatMap(({ id, facts }) => (facts?.databases ?? []).map((one) => ({ id, ...one }))),
  )

/** @param found bytes, with the number of the subscription */
export async function storeSizes(
  db: Db,
  found: { id: number; name: string; bytes: number }[],
): Promise<void> {
  if (found.length === 0) return
  await db
    .update(databases)
    .set({ bytes: sql`found.bytes`, measuredAt: sql`now()` })
    .from(
      sql`jsonb_to_recordset(${JSON.stringify(found)}::jsonb) as found (id bigint, name text, bytes bigint)`,
    )
    .where(
      // a host may speak of its own subscriptions only, whatever it calls their databases
      sql`${eq(databases.name, sql`found.name`)} and ${eq(databases.subscriptionId, sql`found.id`)}`,
    )
}
