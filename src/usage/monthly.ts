import { desc, inArray, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import type { Db } from '../db/database.ts'
import { visibleSubscriptions } from '../subscriptions/access.ts'
import { subscriptions } from '../subscriptions/schema.ts'
import { usageMonths } from './schema.ts'

/** Ten years. */
const most = 120

/** S-63, S-64: what all that this actor sees used, month by month, the latest first. */
export const monthlyTotals = (db: Db, actor: Actor) =>
  db
    .select({
      month: usageMonths.month,
      web: sum(sql`web`),
      ftp: sum(sql`ftp`),
      mail: sum(sql`mail`),
      used: sum(sql`web + ftp + mail`),
      /** how many used more than they might */
      over: sql<number>`count(*) filter (where web + ftp + mail > allowed)::integer`,
    })
    .from(usageMonths)
    .where(
      actor.kind === 'admin' ? undefined : inArray(usageMonths.subscriptionId, seen(db, actor)),
    )
    .groupBy(usageMonths.month)
    .orderBy(desc(usageMonths.month))
    .limit(most)

const sum = (of: ReturnType<typeof sql>) => sql<number>`sum(${of})::bigint`.mapWith(Number)

const seen = (db: Db, actor: Actor) =>
  db.select({ id: subscriptions.id }).from(subscriptions).where(visibleSubscriptions(db, actor))
