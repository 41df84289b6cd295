import { and, eq, or, type SQL, sql } from 'drizzle-orm'
import { mayManage } from '../accounts/access.ts'
import { type Account, accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import type { Db } from '../db/database.ts'
import { NotFound } from '../errors.ts'
import { catalogue, type PropertyKey } from '../plans/catalogue.ts'
import { type LimitProperty, unlimited } from '../plans/property.ts'
import { plans, type Reseller, resellers } from '../plans/schema.ts'
import { type Budget, budgets, budgetsUnder, type Line, over } from './budget.ts'
import { subscriptions } from './schema.ts'
import { type Shortage, shortagesOf } from './shortage.ts'

/** One row of the ledger. */
export interface LedgerLine extends Line {
  key: PropertyKey
  property: LimitProperty
  /** how much more was sold than there is */
  over: number
}

export interface Ledger {
  contract: Reseller
  /** null: Custom (M-16) */
  plan: { id: number; name: string } | null
  lines: LedgerLine[]
  shortages: Shortage[]
}

/** The reseller itself, and whoever made it one. */
export const maySeeLedger = (actor: Actor, account: Account): boolean =>
  account.kind === 'reseller' && (actor.accountId === account.id || mayManage(actor, account))

/** M-15: there is one only where there is a reseller plan, or Custom. */
export async function ledgerOf(db: Db, account: Account): Promise<Ledger> {
  const [row] = await db
    .select({ contract: resellers, plan: { id: plans.id, name: plans.name } })
    .from(resellers)
    .leftJoin(plans, eq(plans.id, resellers.planId))
    .where(eq(resellers.accountId, account.id))
  if (!row) throw new NotFound()
  const terms = new Map([[account.id, row.contract.values]])
  const found = await budgetsUnder(db, terms)
  const short = await shortagesOf(db, terms, found)
  return { ...row, lines: lines(found.get(account.id)!), shortages: short.get(account.id)! }
}

/** Undefined for what does not add up. */
export async function ledgerLine(
  db: Db,
  account: Account,
  key: string,
): Promise<LedgerLine | undefined> {
  const found = await budgets(db, [account.id])
  return lines(found.get(account.id)!).find((line) => line.key === key)
}

/** What can run short comes first. */
const lines = (budget: Budget): LedgerLine[] =>
  [...budget]
    .map(([key, line]) => ({
      ...line,
      key,
      property: catalogue[key] as LimitProperty,
      over: over(line),
    }))
    .toSorted((one, other) => endless(one) - endless(other))

const endless = ({ limit }: Line) => Number(limit === unlimited)

/** The subscriptions in whose sum this reseller's sales are counted, of accounts joined to them. */
export const soldByReseller = (resellerId: number): SQL =>
  and(
    or(eq(accounts.id, resellerId), eq(accounts.providerId, resellerId)),
    eq(subscriptions.removing, false),
  )!

/** How much of it each of them was sold; null: "all that is left". */
export function amountOf(key: PropertyKey): SQL<number | null> {
  if (key === 'subscriptions') return sql<number | null>`1::numeric`.mapWith(Number)
  const value = sql`(${subscriptions.values} -> ${key}::text)`
  return sql<number | null>`case
    when jsonb_typeof(${value}) = 'number' then ${value}::numeric
    when ${value} is null then 0 end`.mapWith(Number)
}
