import { eq, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Transaction } from '../db/database.ts'
import { among } from '../db/many.ts'
import { jobs } from '../jobs/schema.ts'
import { subscriptions } from '../subscriptions/schema.ts'
import type { Former, Judged } from './action.ts'
import { batchItems, batchTargets, type Of } from './schema.ts'

/** One row for each that was chosen, done or not. */
export async function storeItems(
  tx: Transaction,
  batchId: number,
  judged: Judged[],
  former: Former,
): Promise<void> {
  const rows = judged.map(({ id, name, obstacle, note }) => ({
    id,
    name,
    reason: obstacle?.sentence ?? '',
    words: (obstacle ?? note)?.words ?? {},
    former: obstacle ? null : { ...former.get(id), ...(note ? { note: note.sentence } : {}) },
  }))
  await tx.execute(sql`
    insert into ${batchItems} (batch_id, object_id, name, reason, words, former)
    select ${batchId}, id, name, reason, words, former
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as item (id bigint, name text, reason text, words jsonb, former jsonb)`)
}

/**
 * What hosts were told on behalf of this batch, at the end of its transaction: later changes take the
 * jobs along, but a confirmed generation tells for good.
 */
export async function storeTargets(tx: Transaction, batchId: number, of: Of): Promise<void> {
  const told = await tx
    .selectDistinct({ id: jobs.subscriptionId })
    .from(jobs)
    .where(eq(jobs.batchId, batchId))
  // Said as numbers, for Postgres knows nothing yet of a batch that has just begun.
  const ids = told.flatMap(({ id }) => id ?? [])
  const own = sql`left join ${batchItems} own on own.batch_id = ${batchId} and own.object_id = a.id`
  const above = sql`left join ${batchItems} above
    on above.batch_id = ${batchId} and above.object_id = a.provider_id`
  const object = of === 'subscription' ? sql`s.id` : sql`coalesce(own.object_id, above.object_id)`
  await tx.execute(sql`
    insert into ${batchTargets} (batch_id, subscription_id, object_id, generation)
    select ${batchId}::bigint, s.id, ${object}, s.generation from ${subscriptions} s
    ${of === 'subscription' ? sql`` : sql`join ${accounts} a on a.id = s.account_id ${own} ${above}`}
    where ${among(sql`s.id`, ids)} and ${object} is not null`)
}
