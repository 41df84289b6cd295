import { sql } from 'drizzle-orm'
import type { Db } from '../db/database.ts'
import { mailboxes } from './schema.ts'

/** @param found bytes of mailboxes, with the number of the subscription they are said to belong to */
export async function storeMailboxSizes(
  db: Db,
  found: { subscription: number; id: number; bytes: number }[],
): Promise<void> {
  if (found.length === 0) return
  await db
    .update(mailboxes)
    .set({ bytes: sql`found.bytes`, measuredAt: sql`now()` })
    .from(
      sql`jsonb_to_recordset(${JSON.stringify(found)}::jsonb) as found (subscription bigint, id bigint, bytes bigint)`,
    )
    .where(sql`${mailboxes.id} = found.id and ${mailboxes.subscriptionId} = found.subscription`)
}
