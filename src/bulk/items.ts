import { sql } from 'drizzle-orm'
import type { Transaction } from '../db/database.ts'
import type { Former, Judged } from './action.ts'
import { batchItems } from './schema.ts'

/** One row for each that was chosen, done or not. */
export async function storeItems(
  tx: Transaction,
  batchId: number,
  judged: Judged[],
  former: Former,
): Promise<void> {
  // What most of them have in common is not sent.
  const rows = judged.map(({ id, name, obstacle, note }) => ({
    id,
    name,
    reason: obstacle?.sentence,
    words: (obstacle ?? note)?.words,
    former: obstacle ? null : { ...former.get(id), ...(note ? { note: note.sentence } : {}) },
  }))
  await tx.execute(sql`
    insert into ${batchItems} (batch_id, object_id, name, reason, words, former)
    select ${batchId}, id, name, coalesce(reason, ''), coalesce(words, '{}'), former
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as item (id bigint, name text, reason text, words jsonb, former jsonb)`)
}
