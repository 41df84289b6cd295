import { sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { systemId } from '../settings/reading.ts'
import { settings } from '../settings/schema.ts'
import { provider } from './budget-holder.ts'

/**
 * In whose calendar a subscription's days and months begin: its provider's, or the system's where that
 * one has not said (R-20, M-12). For queries that join `accounts` and `provider`.
 */
export const providersZone = sql<string>`coalesce(
  case when ${accounts.kind} = 'customer' then ${provider.timeZone} else ${accounts.timeZone} end,
  (select value #>> '{}' from ${settings}
    where ${settings.accountId} = ${systemId} and ${settings.name} = 'timeZone'),
  'UTC')`

/** The running month there, `2026-11`. */
export const providersMonth = sql<string>`to_char(now() at time zone ${providersZone}, 'YYYY-MM')`
