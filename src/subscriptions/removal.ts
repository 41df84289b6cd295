import { and, eq, sql } from 'drizzle-orm'
import { lockAccount, mayManage } from '../accounts/access.ts'
import { type Account, accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { recordAll } from '../audit/record.ts'
import type { Database, Db, Transaction } from '../db/database.ts'
import { among } from '../db/many.ts'
import { counted, having, type Some, some } from '../db/some.ts'
import { Conflict, Forbidden, Invalid } from '../errors.ts'
import { bulk, interactive } from '../jobs/enqueue.ts'
import type { PropertyKey } from '../plans/catalogue.ts'
import { assertMayProvideFor, lockAny } from './access.ts'
import { type Used, used } from './contents.ts'
import { deleteEmptied } from './gone.ts'
import { type Subscription, subscriptions } from './schema.ts'
import { settleStanding } from './standing.ts'
import { changedRow, tellHosts } from './want.ts'

/** What goes with an account; the confirmation names it (P-68, M-33). */
export type Going = Used & { subscriptions: number }

export async function goingWith(db: Db, accountId: number): Promise<Going> {
  const own = db
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(eq(subscriptions.accountId, accountId))
  const [count, contents] = await Promise.all([
    db.$count(own),
    used(db, sql`subscription_id in (${own})`),
  ])
  return { ...contents, subscriptions: count }
}

/**
 * For good, in the trash or not: out of service at once, forgotten when its host says that nothing is
 * left there (`gone.ts`).
 *
 * @returns the job's number
 */
export async function removeSubscription(db: Database, actor: Actor, id: number): Promise<number> {
  return db.transaction(async (tx) => {
    const { account } = await lockAny(tx, actor, id)
    assertMayProvideFor(actor, account)
    const [job] = await takeOff(tx, actor, [id])
    return job!
  })
}

/**
 * P-28, P-68: for good, in the trash or not, with all its subscriptions and domains. `expected` is
 * what the confirmation counted: if more has come since, nothing happens.
 */
export async function removeAccount(db: Database, actor: Actor, id: number, expected: Going) {
  await db.transaction(async (tx) => {
    await lockForRemoval(tx, actor, id)
    await refuseMore(tx, id, expected)
    await removeAccounts(tx, actor, [id])
  })
}

/** @throws {Invalid} when the account has got more since somebody looked (F-84) */
export async function refuseMore(tx: Transaction, id: number, expected: Going) {
  const going = await goingWith(tx, id)
  const more = (Object.keys(going) as PropertyKey[]).some(
    (key) => going[key]! > (expected[key] ?? 0),
  )
  if (more) throw new Invalid('', 'This account has got more since you asked. Look again.')
}

/** Any number of them, whose rows are locked. */
export async function removeAccounts(
  tx: Transaction,
  actor: Actor,
  ids: number[],
  batchId: number | null = null,
) {
  const leaving = await tx
    .update(accounts)
    .set({ removing: true, trashedUntil: null })
    .where(among(accounts.id, ids))
    .returning({ id: accounts.id, name: accounts.name })
  await recordAll(
    tx,
    actor,
    leaving.map(({ id, name }) => ({
      action: 'account.removed',
      object: { kind: 'account', id, name },
      accountId: id,
    })),
  )
  const priority = ids.length > 1 ? bulk : interactive
  await settleStanding(tx, actor, { accountIds: ids }, priority, batchId)
  await takeOff(tx, actor, await ownedBy(tx, ids), batchId)
  await deleteEmptied(tx, ids)
}

/** @throws {Conflict} for one that is being removed, and for a reseller with customers */
export async function lockForRemoval(tx: Transaction, actor: Actor, id: number): Promise<Account> {
  const account = await lockAccount(tx, actor, id)
  if (!mayManage(actor, account)) throw new Forbidden('Only the provider can change this.')
  if (account.removing) throw new Conflict('This account is being removed.')
  const customers = await customersOf(tx, id)
  if (customers.more) {
    throw new Conflict(
      'This reseller still has more than {count} customers. Move or remove them first.',
      { count: customers.count },
    )
  }
  if (customers.count > 0) {
    throw new Conflict(
      'This reseller still has {count} {count|customer|customers}. Move or remove them first.',
      { count: customers.count },
    )
  }
  return account
}

/** Those on their way out do not count. */
export async function customersOf(db: Db, id: number): Promise<Some> {
  const { providerId, removing, trashedUntil } = accounts
  const [row] = await db.execute<{ found: number }>(
    sql`select ${counted(sql`
    select from ${accounts} where not ${removing} and ${trashedUntil} is null
      and ${having(id, providerId, accounts.id)}`)} as found`,
  )
  return some(row!.found)
}

async function ownedBy(tx: Transaction, accountIds: number[]): Promise<number[]> {
  const rows = await tx
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(and(among(subscriptions.accountId, accountIds), eq(subscriptions.removing, false)))
    .orderBy(subscriptions.id)
    .for('update')
  return rows.map(({ id }) => id)
}

/** @returns the jobs' numbers */
export async function takeOff(
  tx: Transaction,
  actor: Actor,
  ids: number[],
  batchId: number | null = null,
): Promise<number[]> {
  const leaving = await tx
    .update(subscriptions)
    .set({
      removing: true,
      trashedUntil: null,
      generation: sql`${subscriptions.generation} + 1`,
    })
    .where(among(subscriptions.id, ids))
    .returning({ ...changedRow, domain: subscriptions.domain })
  await recordAll(tx, actor, leaving.map(removed))
  return tellHosts(tx, actor, leaving, ids.length > 1 ? bulk : interactive, batchId)
}

const removed = ({ id, domain, accountId }: Pick<Subscription, 'id' | 'domain' | 'accountId'>) => ({
  action: 'subscription.removed',
  object: { kind: 'subscription', id, name: domain },
  accountId,
})
