import { createHash } from 'node:crypto'
import { eq, getTableColumns } from 'drizzle-orm'
import { assertStays, lockAccount, mayWrite, stays } from '../accounts/access.ts'
import type { Account } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import type { Database, Db, Transaction } from '../db/database.ts'
import { Conflict, Forbidden, Invalid, Stale, type Words } from '../errors.ts'
import { offeredPlans } from '../plans/access.ts'
import type { Values } from '../plans/catalogue.ts'
import {
  agreed,
  type Given,
  giveContract,
  lockContracts,
  lockTermsPlan,
  type Terms,
} from '../plans/contract.ts'
import { type Difference, valueDifferences, word } from '../plans/differences.ts'
import { type Plan, plans, type Reseller, resellers } from '../plans/schema.ts'
import { inUnit, labelWithUnit } from '../plans/units.ts'
import { combined } from '../plans/values.ts'
import { type Shortage, shortages } from './shortage.ts'

/** What a change of a reseller's plan means, before anything is written. */
export interface ContractPreview {
  given: Given
  differences: Difference[]
  /** what it would have sold too much of */
  shortages: Shortage[]
  /** of all this; comes back with the confirmation */
  fingerprint: string
}

export const mayChangeContract = (actor: Actor, account: Account): boolean =>
  actor.kind === 'admin' && mayWrite(actor) && account.kind === 'reseller' && stays(account)

export async function contractOf(db: Db, accountId: number): Promise<Reseller | null> {
  const [contract] = await db.select().from(resellers).where(eq(resellers.accountId, accountId))
  return contract ?? null
}

export async function resellerPlanOf(db: Db, accountId: number): Promise<string | null> {
  const [own] = await db
    .select({ name: plans.name })
    .from(plans)
    .innerJoin(resellers, eq(resellers.planId, plans.id))
    .where(eq(resellers.accountId, accountId))
  return own?.name ?? null
}

/** On offer, and the one it has, offered or not. */
export async function plansToChoose(db: Db, { id, providerId }: Account): Promise<Plan[]> {
  const offered = await offeredPlans(db, providerId!, 'reseller')
  const own = await db
    .select(getTableColumns(plans))
    .from(plans)
    .innerJoin(resellers, eq(resellers.planId, plans.id))
    .where(eq(resellers.accountId, id))
  return [...offered, ...own.filter((plan) => !offered.some(({ id }) => id === plan.id))]
}

/** Null: Custom, with what it has now. The plan it has already: unlocked and synced. */
export const termsOf = (contract: Reseller, planId: number | null): Terms =>
  planId === null ? { values: contract.values } : { planId }

/** Tells a form drawn from another state that it is stale (F-73). */
export const contractState = (contract: Reseller): string => fingerprint(contract)

/** @throws Invalid at `plan` when it is not on offer */
export async function previewContract(
  db: Db,
  account: Account,
  terms: Terms,
): Promise<ContractPreview> {
  const plan = 'planId' in terms ? await onOffer(db, account, terms.planId) : null
  return foreseen(db, account.id, plan, terms)
}

/**
 * Another reseller plan, Custom, or values of its own. A smaller one takes nothing from customers:
 * the reseller has sold too much then, and sells no more of it.
 *
 * @throws Stale when it would mean something else by now than the preview said
 */
export function changeContract(
  db: Database,
  actor: Actor,
  id: number,
  terms: Terms,
  seen: string,
): Promise<Reseller> {
  return db.transaction(async (tx) => {
    const account = await lockAccount(tx, actor, id)
    if (actor.kind !== 'admin') throw new Forbidden('Only an admin can do this.')
    assertStays(account)
    if (account.kind !== 'reseller') throw new Conflict('This account is not a reseller.')
    const plan = await lockTermsPlan(tx, account, terms)
    await lockContracts(tx, [id])
    const { fingerprint } = await foreseen(tx, id, plan, terms)
    if (fingerprint !== seen) throw new Stale('What this change means is not what was shown.')
    return giveContract(tx, actor, id, terms)
  })
}

/** @throws Invalid at `plan`, with the numbers: for who is given a plan for the first time */
export async function refuseTooSmall(tx: Transaction, accountId: number, values: Values) {
  const found = await shortages(tx, new Map([[accountId, values]]))
  const [first] = found.get(accountId) ?? []
  if (!first) return
  const { sentence, words } = tooSmall(first)
  throw new Invalid('plan', sentence, words)
}

/** With the numbers, for people. */
export function tooSmall(first: Shortage): { sentence: string; words: Words } {
  const property = labelWithUnit(first.property)
  const has = word(first.property, first.has)
  const { adds, sold } = first
  if (!adds) {
    const sentence =
      '{property!}: the plan has {has!}, but {count} {count|subscription has|subscriptions have} more.'
    return { sentence, words: { property, has, count: sold } }
  }
  const sentence = '{property!}: {sold} are given away already, but the plan has {has!}.'
  return { sentence, words: { property, has, sold: inUnit(unitOf(first), sold) } }
}

const unitOf = ({ property }: Shortage) => (property.kind === 'limit' ? property.unit : 'count')

async function onOffer(db: Db, account: Account, planId: number): Promise<Plan> {
  const plan = (await plansToChoose(db, account)).find(({ id }) => id === planId)
  if (!plan) throw new Invalid('plan', 'Choose one of the plans on offer.')
  return plan
}

async function foreseen(
  db: Db,
  accountId: number,
  plan: Plan | null,
  terms: Terms,
): Promise<ContractPreview> {
  const before = (await contractOf(db, accountId)) ?? undefined
  const given = agreed(before, plan, terms)
  const short = (await shortages(db, new Map([[accountId, given.values]]))).get(accountId)!
  return {
    given,
    differences: valueDifferences(combined([before?.values ?? {}]), combined([given.values])),
    shortages: short,
    fingerprint: fingerprint({ before, given, short }),
  }
}

const fingerprint = (what: object) =>
  createHash('sha256').update(JSON.stringify(what)).digest('base64url')
