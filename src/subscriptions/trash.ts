import { and, eq, type SQL, sql } from 'drizzle-orm'
import { assertStays } from '../accounts/access.ts'
import { type Account, accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { recordAll } from '../audit/record.ts'
import type { Database, Transaction } from '../db/database.ts'
import { among } from '../db/many.ts'
import { Conflict } from '../errors.ts'
import { bulk, interactive } from '../jobs/enqueue.ts'
import { assertMayProvideFor, lockAny, lockSubscription } from './access.ts'
import { type Going, lockForRemoval, refuseMore, removeAccounts, takeOff } from './removal.ts'
import { subscriptions, suspensions } from './schema.ts'
import { settleStanding } from './standing.ts'
import { daysOf, sellerOfAccount } from './trash-days.ts'

/**
 * What is removed is off at once, and can be restored to exactly what it was for as many days as its
 * provider set (M-33): being in the trash is one more reason to be out of service, and changes
 * nothing else. Until then it keeps its names and counts in its reseller's budget, so that it can
 * always come back.
 *
 * @returns until when; null: it goes at once
 */
export function discardAccount(
  db: Database,
  actor: Actor,
  id: number,
  expected: Going,
): Promise<Date | null> {
  return db.transaction(async (tx) => {
    assertStays(await lockForRemoval(tx, actor, id))
    await refuseMore(tx, id, expected)
    await discardAccounts(tx, actor, [id])
    const [row] = await tx.select().from(accounts).where(eq(accounts.id, id))
    return row?.trashedUntil ?? null
  })
}

/** Any number of them, whose rows are locked. */
export async function discardAccounts(
  tx: Transaction,
  actor: Actor,
  ids: number[],
  batchId: number | null = null,
) {
  const rows = await tx
    .select({ id: accounts.id, name: accounts.name, days: daysOf(accounts.providerId) })
    .from(accounts)
    .where(among(accounts.id, ids))
  const kept = rows.filter(({ days }) => days > 0)
  const leaving = rows.filter(({ days }) => days === 0).map(({ id }) => id)

  const keptIds = kept.map(({ id }) => id)
  await tx
    .update(accounts)
    .set({ trashedUntil: after(daysOf(accounts.providerId)), suspended: true })
    .where(among(accounts.id, keptIds))
  await recordAll(tx, actor, kept.map(happened('account.trashed')))
  await settleStanding(tx, actor, { accountIds: keptIds }, urgency(ids), batchId)
  if (leaving.length > 0) await removeAccounts(tx, actor, leaving, batchId)
}

/** Exactly what it was: what was suspended by itself stays so. */
export function restoreAccount(db: Database, actor: Actor, id: number) {
  return db.transaction(async (tx) => {
    const account = await lockForRemoval(tx, actor, id)
    if (!account.trashedUntil) throw new Conflict('This account is not in the trash.')
    const [above] = await tx.select().from(accounts).where(eq(accounts.id, account.providerId!))
    assertStays(above!)
    await restoreAccounts(tx, actor, [account])
  })
}

export async function restoreAccounts(
  tx: Transaction,
  actor: Actor,
  rows: Pick<Account, 'id' | 'name'>[],
  batchId: number | null = null,
) {
  const ids = rows.map(({ id }) => id)
  // What settling would find, mostly: a row is written once and not twice.
  const suspended = sql`exists (select from ${suspensions} where account_id = ${accounts.id}) or exists (
    select from ${accounts} as above where above.id = ${accounts.providerId} and above.suspended)`
  await tx.update(accounts).set({ trashedUntil: null, suspended }).where(among(accounts.id, ids))
  await recordAll(tx, actor, rows.map(happened('account.restored')))
  await settleStanding(tx, actor, { accountIds: ids }, urgency(ids), batchId)
}

export function discardSubscription(db: Database, actor: Actor, id: number) {
  return db.transaction(async (tx) => {
    const { subscription, account } = await lockSubscription(tx, actor, id)
    assertMayProvideFor(actor, account)
    return discardSubscriptions(tx, actor, [subscription.id])
  })
}

/** Any number of them, whose rows and owners are locked. Returns the jobs' numbers. */
export async function discardSubscriptions(
  tx: Transaction,
  actor: Actor,
  ids: number[],
  batchId: number | null = null,
): Promise<number[]> {
  const rows = await tx
    .select({ id: subscriptions.id, days: daysOf(sellerOfAccount) })
    .from(subscriptions)
    .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
    .where(among(subscriptions.id, ids))
  const leaving = rows.filter(({ days }) => days === 0).map(({ id }) => id)
  const kept = await tx
    .update(subscriptions)
    .set({ trashedUntil: after(daysOf(sellerOfAccount)) })
    .from(accounts)
    .where(
      and(
        eq(accounts.id, subscriptions.accountId),
        among(
          subscriptions.id,
          rows.filter(({ days }) => days > 0).map(({ id }) => id),
        ),
      ),
    )
    .returning(named)
  await recordAll(tx, actor, kept.map(subscriptionHappened('subscription.trashed')))
  const off = { subscriptionIds: kept.map(({ id }) => id) }
  const jobs = await settleStanding(tx, actor, off, urgency(ids), batchId)
  return leaving.length > 0 ? [...jobs, ...(await takeOff(tx, actor, leaving, batchId))] : jobs
}

export function restoreSubscription(db: Database, actor: Actor, id: number) {
  return db.transaction(async (tx) => {
    const { subscription, account } = await lockAny(tx, actor, id)
    assertMayProvideFor(actor, account)
    assertStays(account)
    if (!subscription.trashedUntil) throw new Conflict('This subscription is not in the trash.')
    return restoreSubscriptions(tx, actor, [id])
  })
}

export async function restoreSubscriptions(
  tx: Transaction,
  actor: Actor,
  ids: number[],
  batchId: number | null = null,
): Promise<number[]> {
  const rows = await tx
    .update(subscriptions)
    .set({ trashedUntil: null })
    .where(among(subscriptions.id, ids))
    .returning(named)
  await recordAll(tx, actor, rows.map(subscriptionHappened('subscription.restored')))
  return settleStanding(tx, actor, { subscriptionIds: ids }, urgency(ids), batchId)
}

const after = (days: SQL) => sql`now() + make_interval(days => ${days})`

const urgency = (ids: number[]) => (ids.length > 1 ? bulk : interactive)

const named = {
  id: subscriptions.id,
  domain: subscriptions.domain,
  accountId: subscriptions.accountId,
}

const happened =
  (action: string) =>
  ({ id, name }: Pick<Account, 'id' | 'name'>) => ({
    action,
    object: { kind: 'account', id, name },
    accountId: id,
  })

const subscriptionHappened =
  (action: string) =>
  ({ id, domain, accountId }: { id: number; domain: string; accountId: number }) => ({
    action,
    object: { kind: 'subscription', id, name: domain },
    accountId,
  })
