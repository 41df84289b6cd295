import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../db/database.ts'
import { type Counted, counted, used } from './contents.ts'
import { measured, subscriptions } from './schema.ts'

/** What is lost with subscriptions, for those who must confirm it (P-68). */
export interface Lost {
  subscriptions: number
  contents: Counted[]
  /** on the hosts' disks, as far as measured; null: none of them was */
  bytes: number | null
  /** of the oldest measurement */
  at: Date | null
  /** how many were never measured */
  unmeasured: number
}

/** `which` speaks of the table `subscriptions`. */
export async function lostWith(db: Db, which: SQL): Promise<Lost> {
  const ids = db.select({ id: subscriptions.id }).from(subscriptions).where(which)
  const [counts, [weight]] = await Promise.all([
    used(db, sql`subscription_id in (${ids})`),
    db
      .select({
        count: sql<number>`count(*)::integer`,
        bytes: sql`sum(${measured.disk})`.mapWith(Number),
        at: sql`min(${measured.at})`.mapWith(measured.at),
        unmeasured: sql<number>`count(*) filter (where ${measured.at} is null)::integer`,
      })
      .from(subscriptions)
      .leftJoin(measured, sql`${measured.subscriptionId} = ${subscriptions.id}`)
      .where(which),
  ])
  const { count, bytes, at, unmeasured } = weight!
  return { subscriptions: count, contents: counted(counts), bytes, at, unmeasured }
}
