import { and, asc, count, eq, inArray, not, or, type SQL } from 'drizzle-orm'
import { unionAll } from 'drizzle-orm/pg-core'
import { accounts } from '../accounts/schema.ts'
import type { Db } from '../db/database.ts'
import { among } from '../db/many.ts'
import { type Plan, resellers } from '../plans/schema.ts'
import { subscriptionAddOns, subscriptions } from './schema.ts'

/** Who has a plan: a subscription, or the account of a reseller. */
export interface PlanUser {
  kind: 'subscription' | 'account'
  id: number
  name: string
  /** the account it belongs to */
  owner: string
}

/** S-23: how often each of these plans is in use; those that nobody uses are left out. */
export async function planUse(db: Db, planIds: number[]): Promise<Map<number, number>> {
  const rows = await unionAll(
    db
      .select({ planId: subscriptions.planId, uses: count() })
      .from(subscriptions)
      .where(and(among(subscriptions.planId, planIds), staying))
      .groupBy(subscriptions.planId),
    db
      .select({ planId: subscriptionAddOns.planId, uses: count() })
      .from(subscriptionAddOns)
      .innerJoin(subscriptions, eq(subscriptions.id, subscriptionAddOns.subscriptionId))
      .where(and(among(subscriptionAddOns.planId, planIds), staying))
      .groupBy(subscriptionAddOns.planId),
    db
      .select({ planId: resellers.planId, uses: count() })
      .from(resellers)
      .where(among(resellers.planId, planIds))
      .groupBy(resellers.planId),
  )
  return new Map(rows.map(({ planId, uses }) => [planId!, uses]))
}

/** The first of those who have this plan, by name. */
export async function planUsers(db: Db, plan: Plan, most: number): Promise<PlanUser[]> {
  return plan.kind === 'reseller'
    ? db
        .select({ id: accounts.id, name: accounts.name, owner: accounts.company })
        .from(resellers)
        .innerJoin(accounts, eq(accounts.id, resellers.accountId))
        .where(eq(resellers.planId, plan.id))
        .orderBy(asc(accounts.name), asc(accounts.id))
        .limit(most)
        .then((rows) => rows.map((row) => ({ kind: 'account', ...row })))
    : db
        .select({ id: subscriptions.id, name: subscriptions.domain, owner: accounts.name })
        .from(subscriptions)
        .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
        .where(and(having(db, plan.id), staying))
        .orderBy(asc(subscriptions.domain))
        .limit(most)
        .then((rows) => rows.map((row) => ({ kind: 'subscription', ...row })))
}

/** Subscriptions with this plan as their own or as an add-on. */
export const having = (db: Db, planId: number): SQL =>
  or(
    eq(subscriptions.planId, planId),
    inArray(
      subscriptions.id,
      db
        .select({ id: subscriptionAddOns.subscriptionId })
        .from(subscriptionAddOns)
        .where(eq(subscriptionAddOns.planId, planId)),
    ),
  )!

/** What is being taken off its host uses nothing any more. */
const staying = not(subscriptions.removing)
