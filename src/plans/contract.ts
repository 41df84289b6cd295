import { and, asc, eq, not } from 'drizzle-orm'
import { lockAccount, maySell } from '../accounts/access.ts'
import { type Account, accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { difference, record } from '../audit/record.ts'
import type { Db, Transaction } from '../db/database.ts'
import { among } from '../db/many.ts'
import { Conflict, Forbidden, Invalid } from '../errors.ts'
import { lockOfferedPlan } from './access.ts'
import { excesses } from './beyond.ts'
import { propertyKeys, type Values } from './catalogue.ts'
import { type Plan, plans, type Reseller, resellers } from './schema.ts'
import { combined } from './values.ts'

/**
 * A reseller plan, or Custom: values of its own. With `lock` a plan stays the reseller's plan,
 * but is followed no more (P-40, P-41).
 */
export type Terms = { planId: number } | { values: Values; lock?: boolean }

/** From now on this is what a reseller may sell. */
export async function giveContract(
  tx: Transaction,
  actor: Actor,
  accountId: number,
  terms: Terms,
): Promise<Reseller> {
  if (!maySell(actor) || actor.kind !== 'admin') throw new Forbidden('Only an admin can do this.')
  const account = await lockAccount(tx, actor, accountId)
  if (account.kind !== 'reseller') throw new Conflict('This account is not a reseller.')

  const plan = await lockTermsPlan(tx, account, terms)
  const [before] = await tx
    .select()
    .from(resellers)
    .where(eq(resellers.accountId, accountId))
    .for('update')
  const given = agreed(before, plan, terms)
  const [contract] = await tx
    .insert(resellers)
    .values({ accountId, ...given })
    .onConflictDoUpdate({ target: resellers.accountId, set: given })
    .returning()
  await record(tx, actor, {
    action: 'reseller.contract_given',
    object: { kind: 'account', id: accountId, name: account.name },
    accountId,
    changes: difference(flat(before), flat(given), ['planId', 'locked', ...propertyKeys]),
  })
  return contract!
}

/** P-38: resellers follow their plan like subscriptions theirs. Returns how many. */
export async function followResellerPlan(tx: Transaction, plan: Plan): Promise<number> {
  const rows = await tx
    .update(resellers)
    .set({ values: plan.values })
    .where(and(eq(resellers.planId, plan.id), not(resellers.locked)))
    .returning({ id: resellers.accountId })
  return rows.length
}

/** Until the transaction ends nobody gets or loses this reseller plan, or sells under it. */
export const lockHolders = (tx: Transaction, planId: number) =>
  tx
    .select({ id: resellers.accountId })
    .from(resellers)
    .where(eq(resellers.planId, planId))
    .orderBy(asc(resellers.accountId))
    .for('update')

/** To another plan; who is locked keeps its values. */
export async function moveResellers(tx: Transaction, planId: number, target: Plan) {
  const moved = eq(resellers.planId, planId)
  await tx
    .update(resellers)
    .set({ values: target.values })
    .where(and(moved, not(resellers.locked)))
  await tx.update(resellers).set({ planId: target.id }).where(moved)
}

/** To Custom: each keeps the values it has. */
export async function releaseResellers(tx: Transaction, planId: number) {
  await tx.update(resellers).set({ planId: null }).where(eq(resellers.planId, planId))
}

/** Null where there is no cap: what an admin sells. A reseller without a contract has nothing. */
export async function capOf(db: Db, sellerId: number): Promise<Values | null> {
  const [seller] = await db
    .select({ kind: accounts.kind, values: resellers.values })
    .from(accounts)
    .leftJoin(resellers, eq(resellers.accountId, accounts.id))
    .where(eq(accounts.id, sellerId))
  return seller?.kind === 'admin' ? null : combined([seller?.values ?? {}])
}

/** Until the transaction ends, nobody else sells for these resellers. Lock plans before, subscriptions after. */
export async function lockContracts(
  tx: Transaction,
  resellerIds: number[],
): Promise<Map<number, Values>> {
  return byReseller(await contracts(tx, resellerIds).for('update'))
}

/** To look at only. */
export const contractsOf = async (db: Db, resellerIds: number[]): Promise<Map<number, Values>> =>
  byReseller(await contracts(db, resellerIds))

const contracts = (db: Db, resellerIds: number[]) =>
  db
    .select()
    .from(resellers)
    .where(among(resellers.accountId, resellerIds))
    .orderBy(asc(resellers.accountId))

const byReseller = (rows: Reseller[]) =>
  new Map(rows.map(({ accountId, values }) => [accountId, combined([values])]))

/** A plan that no sale could ever be made of is refused where it is written, not where it is sold. */
export async function refusePlanBeyondCap(tx: Transaction, sellerId: number, values: Values) {
  await lockContracts(tx, [sellerId])
  const cap = await capOf(tx, sellerId)
  const [first] = cap ? excesses(cap, values) : []
  if (first) throw new Invalid(first.key, first.sentence, first.words)
}

/**
 * The plan of these terms, kept from changing; null: none. What a reseller has already need not be on
 * offer any more.
 *
 * @throws Invalid at `plan`
 */
export async function lockTermsPlan(
  tx: Transaction,
  { id, providerId }: Account,
  terms: Terms,
): Promise<Plan | null> {
  if (!('planId' in terms)) return null
  const [own] = await tx
    .select({ plan: plans })
    .from(plans)
    .innerJoin(resellers, eq(resellers.planId, plans.id))
    .where(and(eq(resellers.accountId, id), eq(plans.id, terms.planId)))
    .for('share', { of: plans })
  return own?.plan ?? lockOfferedPlan(tx, providerId!, terms.planId, 'reseller')
}

export type Given = Pick<Reseller, 'planId' | 'values' | 'locked'>

/** What a reseller has under these terms, after what it had before. */
export function agreed(before: Given | undefined, plan: Plan | null, terms: Terms): Given {
  if (!('values' in terms)) return { planId: plan!.id, values: plan!.values, locked: false }
  const planId = terms.lock ? (before?.planId ?? null) : null
  return { planId, values: terms.values, locked: planId !== null }
}

const flat = (given: Given | undefined): Partial<Values & Omit<Given, 'values'>> => ({
  ...(given ? { planId: given.planId, locked: given.locked } : {}),
  ...given?.values,
})
