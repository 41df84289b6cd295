import { and, eq, type SQL, sql } from 'drizzle-orm'
import { sells } from '../accounts/access.ts'
import { accounts } from '../accounts/schema.ts'
import type { Database, Db } from '../db/database.ts'
import { among } from '../db/many.ts'
import { provider } from '../subscriptions/budget-holder.ts'
import { providersMonth } from '../subscriptions/calendar.ts'
import { measured, subscriptions } from '../subscriptions/schema.ts'
import { settledMonths, usageMonths } from './schema.ts'

/**
 * For the schedule: of whom another month runs than the last time, for it is over or their clock is
 * another. All else that changes a month settles it by itself: a measurement, and a limit by a trigger.
 */
export async function settleBegunMonths(db: Database): Promise<void> {
  const sellers = await begun(db)
  if (sellers.length === 0) return
  const sellerIds = sellers.map(({ accountId }) => accountId)
  const sold = await db
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(among(subscriptions.sellerId, sellerIds))
    .orderBy(subscriptions.id)
  for (let from = 0; from < sold.length; from += some) {
    const ids = sold.slice(from, from + some).map(({ id }) => id)
    await settleMonths(db, among(subscriptions.id, ids))
  }
  await db
    .insert(settledMonths)
    .values(sellers)
    .onConflictDoUpdate({ target: settledMonths.accountId, set: { month: sql`excluded.month` } })
}

/** Each portion is done long before a statement's time is over. */
const some = 20_000

/** Few sell, whatever they have sold. */
const begun = (db: Database) =>
  db
    .select({ accountId: accounts.id, month: providersMonth })
    .from(accounts)
    .leftJoin(provider, eq(provider.id, accounts.providerId))
    .leftJoin(settledMonths, eq(settledMonths.accountId, accounts.id))
    .where(and(sells, sql`${settledMonths.month} is distinct from ${providersMonth}`))

/**
 * Gives the running month its total and today's limit. A month that is over keeps the limit it ended
 * with, and what a host that is away would say of the new month is nothing yet.
 */
export async function settleMonths(db: Db, which: SQL): Promise<void> {
  await db.execute(sql`
    with running as (
      select ${subscriptions.id} as id, ${providersMonth} as month, ${allowed} as allowed
      from ${subscriptions}
      join ${accounts} on ${accounts.id} = ${subscriptions.accountId}
      left join ${accounts} as ${sql.identifier('provider')} on ${provider.id} = ${accounts.providerId}
      where ${which}
    ), total as (
      update ${usageMonths} as known set allowed = running.allowed
      from running
      where known.subscription_id = running.id and known.month = running.month
        and known.allowed is distinct from running.allowed
    )
    update ${measured} as known set traffic = now.traffic
    from (
      select running.id, coalesce(web + ftp + mail, 0) as traffic
      from running left join ${usageMonths} as counted
        on counted.subscription_id = running.id and counted.month = running.month
    ) as now
    where known.subscription_id = now.id and known.traffic is distinct from now.traffic
      and known.traffic is not null`)
}

/** null: as much as it likes */
const allowed = sql`case jsonb_typeof(${subscriptions.values} -> 'traffic')
  when 'number' then (${subscriptions.values} ->> 'traffic')::bigint end`
