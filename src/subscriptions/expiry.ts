import { and, eq, not, type SQL, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { type Actor, systemActor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Database, Db, Transaction } from '../db/database.ts'
import { Invalid } from '../errors.ts'
import { bulk } from '../jobs/enqueue.ts'
import { assertMayProvideFor, lockSubscription } from './access.ts'
import { provider } from './budget-holder.ts'
import { providersZone } from './calendar.ts'
import { refuseLate } from './late.ts'
import { subscriptions, suspensions } from './schema.ts'
import { settleStanding } from './standing.ts'

/**
 * R-20: the last day it is served, `2027-01-31` in its provider's time zone; null: for good. A later
 * day is all it takes to renew one that has expired.
 *
 * @returns the jobs' numbers
 * @throws {Invalid} for a day that is over
 * @throws {Stale} when it is not as it was `seen` any more, '' being none
 */
export function setExpiry(
  db: Database,
  actor: Actor,
  id: number,
  expiresOn: string | null,
  seen?: string,
) {
  return db.transaction(async (tx) => {
    const { subscription, account } = await lockSubscription(tx, actor, id)
    assertMayProvideFor(actor, account)
    const { today } = await providersDay(tx, id)
    if (expiresOn !== null && expiresOn < today) {
      throw new Invalid('expiresOn', 'This day is over. Choose today or a later day.')
    }
    refuseLate(seen, subscription.expiresOn ?? '', expiresOn ?? '')
    if (subscription.expiresOn === expiresOn) return []
    await tx
      .update(subscriptions)
      .set({ expiresOn, version: sql`${subscriptions.version} + 1` })
      .where(eq(subscriptions.id, id))
    await tx
      .delete(suspensions)
      .where(and(eq(suspensions.subscriptionId, id), eq(suspensions.reason, 'expired')))
    await record(tx, actor, {
      action: 'subscription.expiry_set',
      object: { kind: 'subscription', id, name: subscription.domain },
      accountId: account.id,
      changes: { expiresOn: { from: subscription.expiresOn, to: expiresOn } },
    })
    return settleStanding(tx, actor, { subscriptionIds: [id] })
  })
}

/** P-44: takes out of service what expired, by the database's clock; thousands at a time. */
export async function expireDue(db: Database): Promise<number> {
  let expired = 0
  for (let more = 1; more > 0; expired += more) {
    more = await db.transaction((tx) => expireSome(tx, systemActor('schedule')))
  }
  return expired
}

export interface Day {
  /** ISO, where its provider is */
  today: string
  zone: string
}

export async function providersDay(db: Db, id: number): Promise<Day> {
  const [row] = await withProvider(db, eq(subscriptions.id, id))
  return row!
}

/** Where the provider of the joined account is. */
export const today = sql<string>`(now() at time zone ${providersZone})::date`

const withProvider = (db: Db, which: SQL | undefined) =>
  db
    .select({
      id: subscriptions.id,
      name: subscriptions.domain,
      accountId: subscriptions.accountId,
      today: sql<string>`${today}::text`,
      zone: providersZone,
    })
    .from(subscriptions)
    .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
    .leftJoin(provider, eq(provider.id, accounts.providerId))
    .where(which)
    .$dynamic()

/** Each row is looked at again once it is ours, so that one renewed just now stays. */
async function expireSome(tx: Transaction, actor: Actor): Promise<number> {
  const expired = sql`exists (select from ${suspensions} where
    ${suspensions.subscriptionId} = ${subscriptions.id} and ${suspensions.reason} = 'expired')`
  // Nowhere on earth is it later than tomorrow of UTC: so an index finds the few, once a minute.
  const overSomewhere = sql`${subscriptions.expiresOn} <= (now() at time zone 'UTC')::date`
  const over = sql`${subscriptions.expiresOn} < ${today}`
  const due = await withProvider(
    tx,
    and(overSomewhere, over, not(subscriptions.removing), not(expired)),
  )
    .orderBy(subscriptions.id)
    .limit(1000)
    .for('update', { of: subscriptions })
  if (due.length === 0) return 0

  await tx
    .insert(suspensions)
    .values(
      due.map(({ id }) => ({
        subscriptionId: id,
        reason: 'expired' as const,
        authorName: actor.loginName,
      })),
    )
    .onConflictDoNothing()
  await record(
    tx,
    actor,
    ...due.map(({ id, name, accountId }) => ({
      action: 'subscription.expired',
      object: { kind: 'subscription', id, name },
      accountId,
    })),
  )
  await settleStanding(tx, actor, { subscriptionIds: due.map(({ id }) => id) }, bulk)
  return due.length
}
