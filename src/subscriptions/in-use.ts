import { type SQL, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Db } from '../db/database.ts'
import { type Used, used } from './contents.ts'
import { measured, subscriptions } from './schema.ts'

/**
 * What a reseller and its customers really use: what their subscriptions contain, and what hosts have
 * measured. Of what nobody has measured nothing is said.
 */
export async function inUse(db: Db, resellerId: number): Promise<Used> {
  const theirs = sold(resellerId)
  const [contents, [sizes]] = await Promise.all([
    used(db, sql`subscription_id in (${theirs})`),
    db
      .select({
        disk: sql<number | null>`sum(${measured.disk})`.mapWith(Number),
        traffic: sql<number | null>`sum(${measured.traffic})`.mapWith(Number),
      })
      .from(measured)
      .where(sql`${measured.subscriptionId} in (${theirs})`),
  ])
  const { disk, traffic } = sizes!
  return {
    ...contents,
    ...(disk === null ? {} : { disk }),
    ...(traffic === null ? {} : { traffic }),
  }
}

const sold = (seller: number): SQL => sql`
  select ${subscriptions.id} from ${subscriptions}
  join ${accounts} on ${accounts.id} = ${subscriptions.accountId}
  where (${accounts.id} = ${seller} or ${accounts.providerId} = ${seller})
    and not ${subscriptions.removing}`
