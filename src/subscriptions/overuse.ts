import { eq, type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import { systemActor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Database, Transaction } from '../db/database.ts'
import { among } from '../db/many.ts'
import { bulk } from '../jobs/enqueue.ts'
import type { PropertyKey } from '../plans/catalogue.ts'
import { measured, subscriptions, suspensions } from './schema.ts'
import { settleStanding } from './standing.ts'

/**
 * whose plan says so is out of service while more was measured than it may use, and comes back
 * by itself: after less was measured, and also when its limit or the rule itself is another one.
 *
 * @returns how many were suspended or came back
 */
export async function settleOveruse(db: Database): Promise<number> {
  let settled = 0
  for (let more = 1; more > 0; settled += more) {
    more = await db.transaction(async (tx) => {
      const [over, under] = [await someOver(tx), await someUnder(tx)]
      await suspend(tx, over)
      await lift(tx, under)
      const subscriptionIds = [...over, ...under].map(({ id }) => id)
      await settleStanding(tx, systemActor('schedule'), { subscriptionIds }, bulk)
      return subscriptionIds.length
    })
  }
  return settled
}

const beyond = (key: PropertyKey, used: SQLWrapper) => sql`(
  jsonb_typeof(${subscriptions.values} -> ${key}) = 'number'
  and ${used} > (${subscriptions.values} ->> ${key})::bigint)`

const isOver = sql`(${subscriptions.values} ->> 'overuse' = 'suspend'
  and (${beyond('disk', measured.disk)} or ${beyond('traffic', measured.traffic)}))`

const isSuspended = sql`exists (select from ${suspensions} where
  ${suspensions.subscriptionId} = ${subscriptions.id} and ${suspensions.reason} = 'over limit')`

type Some = Awaited<ReturnType<typeof someOver>>

/**
 * Locked and then looked at once more, so that what was changed just now counts. An index says who is
 * over anything, for this is asked once a minute.
 */
const someOver = (tx: Transaction) =>
  select(
    tx,
    sql`${measured.over} and ${isOver} and not ${isSuspended} and not ${subscriptions.removing}`,
  )

const someUnder = (tx: Transaction) =>
  select(
    tx,
    sql`${subscriptions.id} in (select subscription_id from ${suspensions} where reason = 'over limit')
      and not coalesce(${isOver}, false)`,
  )

const select = (tx: Transaction, which: SQL) =>
  tx
    .select({
      id: subscriptions.id,
      name: subscriptions.domain,
      accountId: subscriptions.accountId,
    })
    .from(subscriptions)
    .leftJoin(measured, eq(measured.subscriptionId, subscriptions.id))
    .where(which)
    .orderBy(subscriptions.id)
    .limit(1000)
    .for('update', { of: subscriptions })

async function suspend(tx: Transaction, over: Some) {
  if (over.length === 0) return
  const authorName = systemActor('schedule').loginName
  const reasons = over.map(({ id }) => ({
    subscriptionId: id,
    reason: 'over limit' as const,
    authorName,
  }))
  await tx.insert(suspensions).values(reasons).onConflictDoNothing()
  await tell(tx, over, 'subscription.over_limit')
}

async function lift(tx: Transaction, under: Some) {
  if (under.length === 0) return
  const ids = under.map(({ id }) => id)
  await tx
    .delete(suspensions)
    .where(sql`${among(suspensions.subscriptionId, ids)} and ${suspensions.reason} = 'over limit'`)
  await tell(tx, under, 'subscription.under_limit_again')
}

const tell = (tx: Transaction, some: Some, action: string) =>
  record(
    tx,
    systemActor('schedule'),
    ...some.map(({ id, name, accountId }) => ({
      action,
      object: { kind: 'subscription', id, name },
      accountId,
    })),
  )
