import { and, asc, count, eq, inArray, isNotNull, sql } from 'drizzle-orm'
import { unionAll } from 'drizzle-orm/pg-core'
import { assertStays, lockAccount, mayWrite } from '../accounts/access.ts'
import { type Account, accounts, logins } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import { closeSessionsOf } from '../auth/sessions.ts'
import type { Database, Db, Transaction } from '../db/database.ts'
import { among } from '../db/many.ts'
import { Conflict, Forbidden } from '../errors.ts'
import { eachProperty, initialValues, type Values } from '../plans/catalogue.ts'
import { giveContract, lockContracts } from '../plans/contract.ts'
import { deletePlan } from '../plans/deletion.ts'
import { everything } from '../plans/property.ts'
import { plans, resellers } from '../plans/schema.ts'
import { combined, type Stored } from '../plans/values.ts'
import { refuseTooSmall } from './contract-change.ts'
import { overrides, subscriptionAddOns, subscriptions } from './schema.ts'

/** Resellers are the admin's to make and to end (F-114). */
export const mayConvert = (actor: Actor, account: Account): boolean =>
  actor.kind === 'admin' && mayWrite(actor) && account.kind !== 'admin'

/**
 * P-21 to P-23, M-32: a customer becomes a reseller with a reseller plan; null: Custom, the sum of
 * what it has. Its sessions end, for they were opened as a customer (F-92).
 *
 * @throws Invalid at `plan`, with the numbers, when the plan has less than it has already
 */
export async function makeReseller(
  tx: Transaction,
  actor: Actor,
  id: number,
  planId: number | null,
): Promise<Account> {
  const account = await lockForConversion(tx, actor, id, 'customer')
  const [provider] = await tx.select().from(accounts).where(eq(accounts.id, account.providerId!))
  if (provider!.kind === 'reseller') throw new Conflict(belowReseller)

  await turnInto(tx, actor, account, 'reseller')
  await lockOwnPlans(tx, id)
  await lockOwn(tx, id)
  const terms = planId === null ? { values: await sumOf(tx, id) } : { planId }
  const { values } = await giveContract(tx, actor, id, terms)
  await refuseTooSmall(tx, id, values)
  return account
}

export const belowReseller =
  'This customer belongs to a reseller. There are no resellers below resellers: move it to an administrator first.'

/**
 * P-22: what all its subscriptions have together. How many customers and subscriptions a reseller may
 * have is in none of them, so these are not limited (M-23).
 */
export const sumOf = async (db: Db, accountId: number): Promise<Values> =>
  (await sumsOf(db, [accountId])).get(accountId)!

/** Of each of these; those that own the same are summed up once. */
export async function sumsOf(db: Db, accountIds: number[]): Promise<Map<number, Values>> {
  const rows = await db
    .select({
      values: subscriptions.values,
      owners: sql<number[]>`json_agg(${subscriptions.accountId})`,
    })
    .from(subscriptions)
    .where(and(among(subscriptions.accountId, accountIds), eq(subscriptions.removing, false)))
    .groupBy(subscriptions.values)
  const pieces = rows.flatMap(({ owners }, kind) => owners.map((id) => ({ id, kind })))
  const own = Map.groupBy(pieces, ({ id }) => id)
  const sums = new Map<string, Values>()
  return new Map(
    accountIds.map((id) => {
      const kinds = (own.get(id) ?? []).map(({ kind }) => kind)
      const sum = sums.get(kinds.join()) ?? customTerms(kinds.map((kind) => rows[kind]!.values))
      sums.set(kinds.join(), sum)
      return [id, sum]
    }),
  )
}

/**
 * An edit of a plan has to know in whose budget it sells before it begins: one that has begun is
 * waited for, and the next waits until there is a reseller.
 */
const lockOwnPlans = (tx: Transaction, accountId: number) =>
  tx
    .select({ id: plans.id })
    .from(plans)
    .where(
      sql`${plans.id} in (
        select plan_id from ${subscriptions} where account_id = ${accountId}
        union select added.plan_id from ${subscriptionAddOns} as added
          join ${subscriptions} on id = added.subscription_id where account_id = ${accountId})`,
    )
    .orderBy(asc(plans.id))
    .for('share')

/** So that nothing else changes what is added up here. */
const lockOwn = (tx: Transaction, accountId: number) =>
  tx
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(eq(subscriptions.accountId, accountId))
    .orderBy(asc(subscriptions.id))
    .for('share')

export function customTerms(parts: readonly Stored[]): Values {
  const { customers, subscriptions, oversell } = initialValues('reseller')
  const sum = combined(parts)
  const meant = eachProperty((property, key) =>
    property.kind === 'limit' && property.always && sum[key] === 0
      ? everything(property)
      : sum[key],
  )
  return { ...meant, customers, subscriptions, oversell }
}

/** What goes with a reseller's role; the confirmation names it (F-84). */
export interface Ending {
  /** of its own, deleted */
  plans: number
  /** on such a plan, and Custom from then on */
  released: number
}

export async function endingOf(db: Db, id: number): Promise<Ending> {
  const [own] = await db.select({ plans: count() }).from(plans).where(eq(plans.ownerId, id))
  return { plans: own!.plans, released: (await onOwnPlans(db, id)).length }
}

/**
 * the way back, once it has no customers. Its plans go with the role; its own subscriptions on
 * them become Custom and keep every value.
 *
 * @throws Conflict while it has customers, or when more would go than the confirmation named
 */
export async function makeCustomer(
  db: Database,
  actor: Actor,
  id: number,
  expected: Ending,
): Promise<Account> {
  return db.transaction(async (tx) => {
    const account = await lockForConversion(tx, actor, id, 'reseller')
    const [below] = await tx
      .select({ customers: count() })
      .from(accounts)
      .where(eq(accounts.providerId, id))
    if (below!.customers > 0) throw new Conflict(hasCustomers, below)

    const own = await tx
      .select()
      .from(plans)
      .where(eq(plans.ownerId, id))
      .orderBy(asc(plans.id))
      .for('update')
    await lockContracts(tx, [id])
    const released = await onOwnPlans(tx, id)
    if (own.length > expected.plans || released.length > expected.released) {
      throw new Conflict('This reseller has got more since you asked. Look again.')
    }
    await release(tx, released)
    for (const plan of own) await deletePlan(tx, actor, plan)
    await tx.delete(resellers).where(eq(resellers.accountId, id))
    await turnInto(tx, actor, account, 'customer')
    return account
  })
}

export const hasCustomers =
  'This reseller still has {customers} {customers|customer|customers}. Move or remove them first.'

async function lockForConversion(
  tx: Transaction,
  actor: Actor,
  id: number,
  from: 'customer' | 'reseller',
): Promise<Account> {
  const account = await lockAccount(tx, actor, id)
  if (!mayConvert(actor, account)) throw new Forbidden('Only an admin can do this.')
  assertStays(account)
  if (account.kind !== from) {
    throw new Conflict(
      from === 'customer' ? 'This account is a reseller already.' : 'This account is a customer.',
    )
  }
  return account
}

async function turnInto(
  tx: Transaction,
  actor: Actor,
  { id, kind: from, name }: Account,
  to: 'customer' | 'reseller',
) {
  await tx.update(accounts).set({ kind: to }).where(eq(accounts.id, id))
  const own = await tx.select().from(logins).where(eq(logins.accountId, id))
  for (const login of own) await closeSessionsOf(tx, login.id)
  await record(tx, actor, {
    action: 'account.converted',
    object: { kind: 'account', id, name },
    accountId: id,
    changes: { kind: { from, to } },
  })
}

/** Also those that only have an add-on of its own: it goes, and with the plan they would lose it. */
async function onOwnPlans(db: Db, accountId: number): Promise<number[]> {
  const own = db.select({ id: plans.id }).from(plans).where(eq(plans.ownerId, accountId))
  // two questions, each with an index of its own
  const main = db
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(inArray(subscriptions.planId, own))
  const added = db
    .select({ id: subscriptionAddOns.subscriptionId })
    .from(subscriptionAddOns)
    .where(inArray(subscriptionAddOns.planId, own))
  const rows = await db
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(and(isNotNull(subscriptions.planId), inArray(subscriptions.id, unionAll(main, added))))
    .orderBy(asc(subscriptions.id))
  return rows.map(({ id }) => id)
}

async function release(tx: Transaction, ids: number[]) {
  await tx.delete(subscriptionAddOns).where(among(subscriptionAddOns.subscriptionId, ids))
  await tx.delete(overrides).where(among(overrides.subscriptionId, ids))
  await tx
    .update(subscriptions)
    .set({ planId: null, locked: false })
    .where(among(subscriptions.id, ids))
}
