import { type SQL, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Db } from '../db/database.ts'
import { provider } from '../subscriptions/budget-holder.ts'
import { providersMonth } from '../subscriptions/calendar.ts'
import { measured, subscriptions } from '../subscriptions/schema.ts'
import { usageMonths } from './schema.ts'

/**
 * Gives the running month its total and today's limit. A month that is over keeps the limit it ended
 * with, and what a host that is away would say of the new month is nothing yet.
 */
export async function settleMonths(db: Db, which: SQL = sql`true`): Promise<void> {
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
