import { eq, type SQL, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Db, Transaction } from '../db/database.ts'
import { among } from '../db/many.ts'
import { jobs } from '../jobs/schema.ts'
import { subscriptions } from '../subscriptions/schema.ts'
import { batchTargets, type Of } from './schema.ts'

/**
 * What hosts were told on behalf of this batch, at the end of its transaction: later changes take the
 * jobs along, but a confirmed generation tells for good. Each belongs to its account, or else to the
 * one above that.
 */
export async function storeTargets(
  tx: Transaction,
  batchId: number,
  of: Of,
  chosen: number[],
): Promise<void> {
  const told = await tx
    .selectDistinct({ id: jobs.subscriptionId })
    .from(jobs)
    .where(eq(jobs.batchId, batchId))
  // Said as numbers, for Postgres knows nothing yet of a batch that has just begun.
  const ids = told.flatMap(({ id }) => id ?? [])
  const items = sql`unnest(${`{${chosen.join(',')}}`}::bigint[])`
  const object = of === 'subscription' ? sql`s.id` : sql`coalesce(own.id, above.id)`
  const owners = sql`join ${accounts} a on a.id = s.account_id
    left join ${items} own (id) on own.id = a.id
    left join ${items} above (id) on above.id = a.provider_id`
  await tx.execute(sql`
    insert into ${batchTargets} (batch_id, subscription_ids, object_ids, generations)
    select ${batchId}::bigint, array_agg(s.id), array_agg(${object}), array_agg(s.generation)
    from ${subscriptions} s ${of === 'subscription' ? sql`` : owners}
    where ${among(sql`s.id`, ids)} and ${object} is not null having count(*) > 0`)
}

/**
 * The rows `(subscription_id, object_id, generation)` of a batch. Their numbers pass through here as they
 * are written: of an array in a table Postgres does not know how many it holds.
 */
export async function targetsOf(db: Db, batchId: number): Promise<SQL> {
  const { subscriptionIds, objectIds, generations } = batchTargets
  const [row] = await db
    .select({
      ids: sql<string>`${subscriptionIds}::text`,
      objects: sql<string>`${objectIds}::text`,
      generations: sql<string>`${generations}::text`,
    })
    .from(batchTargets)
    .where(eq(batchTargets.batchId, batchId))
  const { ids, objects, generations: wanted } = row ?? none
  return sql`(select * from unnest(${ids}::bigint[], ${objects}::bigint[], ${wanted}::integer[])
    as target (subscription_id, object_id, generation))`
}

const none = { ids: '{}', objects: '{}', generations: '{}' }
