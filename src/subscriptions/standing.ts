import { type SQL, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import type { Transaction } from '../db/database.ts'
import { among, holdAll } from '../db/many.ts'
import { holdSubscriptions } from './access.ts'
import { subscriptions, suspensions } from './schema.ts'
import { changedRow, tellHosts } from './want.ts'

/** Whose stored result may be wrong now: these accounts with all below them, and these subscriptions. */
export interface Touched {
  accountIds?: number[]
  subscriptionIds?: number[]
}

/**
 * Works out anew who is suspended, and has hosts told of every subscription for which that changed.
 * A handful of statements however many there are, all rows locked in the order of their numbers
 * (F-80, F-182).
 *
 * @returns the jobs' numbers
 */
export async function settleStanding(
  tx: Transaction,
  actor: Actor,
  { accountIds = [], subscriptionIds = [] }: Touched,
  priority?: number,
  batchId: number | null = null,
): Promise<number[]> {
  const below = accountIds.length > 0 ? await lockWithAllBelow(tx, accountIds) : []
  if (below.length > 0) await settleAccounts(tx, below)

  const which = sql`(${among(subscriptions.accountId, below)} or ${among(subscriptions.id, subscriptionIds)})`
  return tellHosts(tx, actor, await settleSubscriptions(tx, which), priority, batchId)
}

/** Level by level: ten thousand with nobody below them are one look more, which a recursion is not. */
async function lockWithAllBelow(tx: Transaction, accountIds: number[]): Promise<number[]> {
  const { id, providerId } = accounts
  const all = new Set(accountIds)
  for (let level = accountIds; level.length > 0; ) {
    const lower = await tx.select({ id }).from(accounts).where(among(providerId, level))
    level = lower.flatMap((one) => (all.has(one.id) ? [] : one.id))
    for (const one of level) all.add(one)
  }
  const every = [...all]
  const rows = tx.select({ id }).from(accounts).where(among(id, every)).orderBy(id).for('update')
  await holdAll(tx, rows)
  return every
}

/** An account is suspended if it or an account above it has a reason, or is on its way out. */
async function settleAccounts(tx: Transaction, accountIds: number[]) {
  const off = (id: string) =>
    sql.raw(`(${id}.removing or ${id}.trashed_until is not null or exists (
    select from suspensions where suspensions.account_id = ${id}.id))`)
  // What is above is looked at once, not once for each of thousands below it.
  await tx.execute(sql`
    with recursive chain as (
      select distinct provider_id as start, provider_id as id
      from ${accounts} where ${among(sql`id`, accountIds)} and provider_id is not null
      union all
      select chain.start, above.provider_id
      from chain join ${accounts} above on above.id = chain.id where above.provider_id is not null
    ), closed as materialized (
      select distinct chain.start as id from chain join ${accounts} above on above.id = chain.id
      where ${off('above')}
    )
    update ${accounts} own set suspended = not own.suspended
    where ${among(sql`own.id`, accountIds)}
      and own.suspended <> (${off('own')} or exists (select from closed where closed.id = own.provider_id))`)
}

async function settleSubscriptions(tx: Transaction, which: SQL) {
  await holdSubscriptions(tx, which)
  const suspended = sql`(${accounts.suspended} or ${subscriptions.trashedUntil} is not null or exists (
    select from ${suspensions} where ${suspensions.subscriptionId} = ${subscriptions.id}))`
  return tx
    .update(subscriptions)
    .set({ suspended, generation: sql`${subscriptions.generation} + 1` })
    .from(accounts)
    .where(
      sql`${accounts.id} = ${subscriptions.accountId} and ${which}
        and not ${subscriptions.removing} and ${subscriptions.suspended} <> ${suspended}`,
    )
    .returning(changedRow)
}
