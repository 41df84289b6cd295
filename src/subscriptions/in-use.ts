import { sql } from 'drizzle-orm'
import type { Db } from '../db/database.ts'
import { type Used, used } from './contents.ts'
import { measured } from './schema.ts'
import { soldBySeller } from './sold.ts'

/**
 * What a reseller and its customers really use: what their subscriptions contain, and what hosts have
 * measured. Of what nobody has measured nothing is said.
 */
export async function inUse(db: Db, resellerId: number): Promise<Used> {
  const theirs = soldBySeller(sql`${resellerId}::bigint`, sql`id`)
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
