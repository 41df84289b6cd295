import { type Column, type SQL, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Db } from '../db/database.ts'
import { settings } from '../settings/schema.ts'

/** M-33: how long what was removed can be restored; 0: not at all. */
export const usualDays = 7

/** Where this provider set nothing, what the system says. */
export const daysOf = (providerId: Column | SQL): SQL<number> =>
  sql`coalesce(
  (select (value #>> '{}')::integer from ${settings}
    where account_id = ${providerId} and ${settings.name} = 'trashDays'),
  (select (value #>> '{}')::integer from ${settings}
    where account_id = 0 and ${settings.name} = 'trashDays'),
  ${usualDays}::integer)`.mapWith(Number)

/** Of the account that provides what is removed. */
export async function trashDays(db: Db, providerId: number): Promise<number> {
  const [row] = await db.execute<{ days: number }>(
    sql`select ${daysOf(sql`${providerId}::bigint`)} as days`,
  )
  return row!.days
}

/** Whose customers' subscriptions they are, or its own; of the account that is joined. */
export const sellerOfAccount = sql`case when ${accounts.kind} = 'customer'
  then ${accounts.providerId} else ${accounts.id} end`
