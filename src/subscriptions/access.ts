import { and, eq, inArray, type SQL, sql } from 'drizzle-orm'
import { assertStays, mayWrite, type Seen, visibleAccountIds } from '../accounts/access.ts'
import { type Account, accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { type Area, mayChange, maySeeSecrets } from '../audit/roles.ts'
import type { Db, Transaction } from '../db/database.ts'
import { holdAll } from '../db/many.ts'
import { Conflict, Forbidden, NotFound } from '../errors.ts'
import { type Subscription, subscriptions } from './schema.ts'

/** A subscription is as visible as the account that owns it. */
export function visibleSubscriptions(db: Db, actor: Actor): SQL {
  return inArray(subscriptions.accountId, visibleAccountIds(db, actor))
}

/** The same for lists, by an index of theirs; an admin's sight needs no look at the accounts. */
export function listedSubscriptions({ kind, accountId }: Seen): SQL {
  switch (kind) {
    case 'admin':
      return sql`true`
    case 'reseller':
      return eq(subscriptions.sellerId, accountId)
    case 'customer':
      return eq(subscriptions.accountId, accountId)
  }
}

export interface Owned {
  subscription: Subscription
  account: Account
}

export async function findSubscription(db: Db, actor: Actor, id: number): Promise<Owned> {
  return only(await visible(db, actor, id))
}

/** @throws {Conflict} when it is on its way out: nothing about it can be changed any more */
export async function lockSubscription(tx: Transaction, actor: Actor, id: number): Promise<Owned> {
  const owned = await lockAny(tx, actor, id)
  assertStays(owned.account)
  if (owned.subscription.trashedUntil) {
    throw new Conflict('This subscription is in the trash. Restore it first.')
  }
  return owned
}

/**
 * Also one in the trash. The account stays as it is until the transaction ends, the subscription is
 * ours alone. Everywhere accounts are locked first, then plans, then contracts, then subscriptions.
 *
 * @throws {Conflict} when it is being removed
 */
export async function lockAny(tx: Transaction, actor: Actor, id: number): Promise<Owned> {
  const account = await lockOwner(tx, actor, id)
  const [subscription] = await tx
    .select()
    .from(subscriptions)
    .where(and(eq(subscriptions.id, id), eq(subscriptions.accountId, account.id)))
    .for('update')
  if (!subscription) throw new NotFound()
  if (subscription.removing) throw new Conflict('This subscription is being removed.')
  return { subscription, account }
}

/** Any number of them, whose owners are held, in the order of their numbers (F-182). */
export const holdSubscriptions = (tx: Transaction, which: SQL) =>
  holdAll(
    tx,
    tx
      .select({ id: subscriptions.id })
      .from(subscriptions)
      .where(which)
      .orderBy(subscriptions.id)
      .for('update'),
  )

/** For who locks plans or contracts before the subscription itself. */
export async function lockOwner(tx: Transaction, actor: Actor, id: number): Promise<Account> {
  return only(await visible(tx, actor, id).for('share', { of: accounts })).account
}

/** Resellers and admins: for their customers and for themselves, who own subscriptions too (M-4). */
export function mayProvideFor(actor: Actor, account: Party): boolean {
  return mayWrite(actor) && provides(actor, account)
}

/** All that says who provides for whom. */
export type Party = Pick<Account, 'id' | 'providerId'>

const provides = (actor: Actor, account: Party): boolean =>
  actor.kind === 'admin' ||
  (actor.kind === 'reseller' &&
    (account.id === actor.accountId || account.providerId === actor.accountId))

export function assertMayProvideFor(actor: Actor, account: Party): void {
  if (!mayProvideFor(actor, account)) throw new Forbidden('Only the provider can change this.')
}

/** S-44, P-46: the provider, or the customer whose plan allows it. */
export const mayChangeShell = (actor: Actor, { subscription, account }: Owned): boolean =>
  mayProvideFor(actor, account) || (mayWrite(actor) && subscription.values.mayChangeShell === true)

/** S-40, S-41: the provider, or whoever uses it. */
export const mayChangePassword = (actor: Actor, { account }: Owned): boolean =>
  maySeeSecrets(actor) &&
  (mayProvideFor(actor, account) || (mayWrite(actor) && actor.accountId === account.id))

/** Domains, mailboxes and all else it contains: whoever provides for it, and its own people. */
export const mayChangeContents = (
  actor: Actor,
  { account }: Pick<Owned, 'account'>,
  area: Area = 'hosting',
): boolean => mayChange(actor, area) && (provides(actor, account) || actor.accountId === account.id)

/** For who changes what is inside: locks the subscription until the transaction ends. */
export async function lockToChangeContents(
  tx: Transaction,
  actor: Actor,
  id: number,
  area?: Area,
): Promise<Owned> {
  const owned = await lockSubscription(tx, actor, id)
  if (mayChangeContents(actor, owned, area)) return owned
  throw new Forbidden('Your login may not change this.')
}

function visible(db: Db, actor: Actor, id: number) {
  return db
    .select({ subscription: subscriptions, account: accounts })
    .from(subscriptions)
    .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
    .where(and(eq(subscriptions.id, id), visibleSubscriptions(db, actor)))
}

function only(rows: Owned[]): Owned {
  const [row] = rows
  if (!row) throw new NotFound()
  return row
}
