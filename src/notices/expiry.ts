import { and, eq, isNull, not, type SQL, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Database, Transaction } from '../db/database.ts'
import { ready } from '../messages/ready.ts'
import { providerCatalogue } from '../settings/catalogue.ts'
import { provider } from '../subscriptions/budget-holder.ts'
import { today } from '../subscriptions/expiry.ts'
import { subscriptions, suspensions } from '../subscriptions/schema.ts'
import { reader } from './reader.ts'
import { tellOnce } from './telling.ts'

/**
 * customers are told some days before a subscription expires, and when it has: of each day that
 * their provider has named once. Whoever was not told in time, for the panel stood still, is told of
 * the nearest day only.
 *
 * @returns how many were told
 */
export async function tellOfExpiry(db: Database): Promise<number> {
  if (!(await ready(db))) return 0
  let told = 0
  for (let more = 1; more > 0; told += more) more = await db.transaction(tellSome)
  return told
}

const some = 500

/** No notice for what expired longer ago: it is no news, e.g. where mail could not go out so far. */
const newsDays = 7

const daysLeft = sql<number>`(${subscriptions.expiresOn} - ${today})`

const initial = providerCatalogue.expiryDays.initial

const asked = sql`coalesce((select value from settings
    where name = 'expiryDays' and account_id = coalesce(${accounts.providerId}, ${accounts.id})),
  ${JSON.stringify(initial)}::jsonb)`

/** Nobody is told earlier, whoever their provider is. */
const earliest = sql`greatest(${Math.max(...initial)}::integer, (select max(day::integer)
  from settings, jsonb_array_elements_text(value) as day where name = 'expiryDays'))`

/** The named day that has come last; null before the first of them. 0: it has expired. */
const due = sql<number | null>`case when ${daysLeft} < 0 then 0 else (
  select min(day::integer) from jsonb_array_elements_text(${asked}) as day
  where day::integer >= ${daysLeft}) end`

const about = sql<string>`${subscriptions.expiresOn}::text || ' ' || ${due}`

const isExpired = sql`exists (select from ${suspensions} where
  ${suspensions.subscriptionId} = ${subscriptions.id} and ${suspensions.reason} = 'expired')`

async function tellSome(tx: Transaction): Promise<number> {
  const found = await tx
    .select({ ...reader, day: sql<string>`${subscriptions.expiresOn}::text`, about, due })
    .from(subscriptions)
    .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
    .leftJoin(provider, eq(provider.id, accounts.providerId))
    .where(
      and(
        // What an index finds; which day it is where the provider is, is asked of these only.
        sql`${subscriptions.expiresOn} between current_date - ${newsDays + 1}::integer
          and current_date + 1 + ${earliest}`,
        sql`${daysLeft} >= -${newsDays}::integer`,
        sql`${due} is not null`,
        sql`(${daysLeft} >= 0 or ${isExpired})`,
        stays,
        not(told),
      ),
    )
    .orderBy(subscriptions.id)
    .limit(some)
    .for('update', { of: subscriptions })
  return tellOnce(
    tx,
    'expiry',
    found.map((one) => ({
      ...one,
      template: one.due === 0 ? ('expired' as const) : ('expiry' as const),
      words: { domain: one.domain, day: one.day },
    })),
  )
}

const stays = and(
  not(subscriptions.removing),
  isNull(subscriptions.trashedUntil),
  isNull(accounts.trashedUntil),
  not(accounts.removing),
)!

const told: SQL = sql`exists (select from notices where
  notices.subscription_id = ${subscriptions.id} and notices.kind = 'expiry' and notices.about = ${about})`
