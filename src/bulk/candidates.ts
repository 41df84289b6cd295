import { and, count, eq, isNull, sql } from 'drizzle-orm'
import { mayManage, visibleAccounts } from '../accounts/access.ts'
import { type Account, accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import type { Db, Transaction } from '../db/database.ts'
import { among, holdAll } from '../db/many.ts'
import { holdSubscriptions, mayProvideFor, visibleSubscriptions } from '../subscriptions/access.ts'
import { provider } from '../subscriptions/budget-holder.ts'
import {
  type Subscription,
  type SuspensionReason,
  subscriptions,
  suspensions,
} from '../subscriptions/schema.ts'
import { lockOwners } from '../subscriptions/tie-change.ts'
import { type Told, told } from './action.ts'

export type Candidate = Pick<
  Account,
  'id' | 'name' | 'kind' | 'providerId' | 'removing' | 'trashedUntil' | 'suspended'
> & {
  /** its own */
  reasons: SuspensionReason[]
  /** below it, but for those on their way out */
  customers: number
  provider: Account['kind'] | null
  /** it is not on its way out */
  providerStays: boolean
}

/** Those that the actor sees, by name. */
export async function accountCandidates(db: Db, actor: Actor, ids: number[]): Promise<Candidate[]> {
  const [rows, reasons, customers] = await Promise.all([
    db
      .select({
        id: accounts.id,
        name: accounts.name,
        kind: accounts.kind,
        providerId: accounts.providerId,
        removing: accounts.removing,
        trashedUntil: accounts.trashedUntil,
        suspended: accounts.suspended,
        provider: provider.kind,
        providerStays: sql<boolean>`${provider.id} is null
          or not (${provider.removing} or ${provider.trashedUntil} is not null)`,
      })
      .from(accounts)
      .leftJoin(provider, eq(provider.id, accounts.providerId))
      .where(and(among(accounts.id, ids), visibleAccounts(actor)))
      .orderBy(sql`lower(${accounts.name})`, accounts.id),
    reasonsOf(db, suspensions.accountId, ids),
    customersOf(db, ids),
  ])
  return rows.map((row) => ({
    ...row,
    reasons: reasons.get(row.id) ?? [],
    customers: customers.get(row.id) ?? 0,
  }))
}

/** What keeps an actor from doing anything at all with an account. */
export function accountObstacle(actor: Actor, account: Candidate): Told | null {
  if (account.id === actor.accountId) return told('This is your own account.')
  if (!mayManage(actor, account as unknown as Account)) {
    return told('Only the provider can change this.')
  }
  if (account.removing) return told('It is being removed.')
  return account.trashedUntil ? told('It is in the trash.') : null
}

export type SubscriptionCandidate = Pick<
  Subscription,
  'id' | 'domain' | 'suspended' | 'removing' | 'trashedUntil'
> & {
  account: Pick<Account, 'id' | 'providerId' | 'suspended' | 'removing' | 'trashedUntil'>
  reasons: SuspensionReason[]
}

export async function subscriptionCandidates(
  db: Db,
  actor: Actor,
  ids: number[],
): Promise<SubscriptionCandidate[]> {
  const [rows, reasons] = await Promise.all([
    db
      .select({
        id: subscriptions.id,
        domain: subscriptions.domain,
        suspended: subscriptions.suspended,
        removing: subscriptions.removing,
        trashedUntil: subscriptions.trashedUntil,
        account: {
          id: accounts.id,
          providerId: accounts.providerId,
          suspended: accounts.suspended,
          removing: accounts.removing,
          trashedUntil: accounts.trashedUntil,
        },
      })
      .from(subscriptions)
      .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
      .where(and(among(subscriptions.id, ids), visibleSubscriptions(db, actor)))
      .orderBy(subscriptions.domain),
    reasonsOf(db, suspensions.subscriptionId, ids),
  ])
  return rows.map((row) => ({ ...row, reasons: reasons.get(row.id) ?? [] }))
}

export function subscriptionObstacle(
  actor: Actor,
  { account, removing, trashedUntil }: SubscriptionCandidate,
): Told | null {
  if (!mayProvideFor(actor, account)) return told('Only the provider can change this.')
  if (removing || account.removing) return told('It is being removed.')
  return trashedUntil || account.trashedUntil ? told('It is in the trash.') : null
}

/** In the order of their numbers (F-182). */
export const lockAccounts = (tx: Transaction, ids: number[]) =>
  holdAll(
    tx,
    tx
      .select({ id: accounts.id })
      .from(accounts)
      .where(among(accounts.id, ids))
      .orderBy(accounts.id)
      .for('update'),
  )

/** Their owners before them. */
export async function lockSubscriptions(tx: Transaction, ids: number[]) {
  await lockOwners(tx, ids)
  await holdSubscriptions(tx, among(subscriptions.id, ids))
}

/** Asked by themselves: what a planner makes of a question for each row depends on the day. */
async function reasonsOf(
  db: Db,
  column: typeof suspensions.accountId | typeof suspensions.subscriptionId,
  ids: number[],
): Promise<Map<number, SuspensionReason[]>> {
  const rows = await db
    .select({ id: column, reason: suspensions.reason })
    .from(suspensions)
    .where(among(column, ids))
    .orderBy(suspensions.reason)
  const own = Map.groupBy(rows, ({ id }) => id!)
  return new Map([...own].map(([id, all]) => [id, all.map(({ reason }) => reason)]))
}

async function customersOf(db: Db, ids: number[]): Promise<Map<number, number>> {
  const rows = await db
    .select({ id: accounts.providerId, count: count() })
    .from(accounts)
    .where(
      and(
        among(accounts.providerId, ids),
        eq(accounts.removing, false),
        isNull(accounts.trashedUntil),
      ),
    )
    .groupBy(accounts.providerId)
  return new Map(rows.map(({ id, count }) => [id!, count]))
}
