import { and, eq, type SQL } from 'drizzle-orm'
import type { Db } from '../db/database.ts'
import type { Values } from '../plans/catalogue.ts'
import { contractsOf } from '../plans/contract.ts'
import { plans } from '../plans/schema.ts'
import { type Stored, settled, values } from '../plans/values.ts'
import { addOnsOf } from './add-ons.ts'
import { holderOf } from './budget-holder.ts'
import { overrides, type Subscription } from './schema.ts'

export type OwnValue = typeof overrides.$inferSelect

/** What its plan and add-ons give, capped by its reseller; null: custom, there is no plan. */
export interface Provided {
  plan: { id: number; name: string; values: Stored }
  addOns: { id: number; name: string; values: Stored }[]
  /** what its reseller has itself; null where there is none */
  cap: Values | null
  /** plan and add-ons alone */
  values: Values
  /** with what its customer may have changed: what unlocking leads to (P-46) */
  followed: Values
}

export async function provided(db: Db, subscription: Subscription): Promise<Provided | null> {
  if (subscription.planId === null) return null
  const [plan] = await db.select().from(plans).where(eq(plans.id, subscription.planId))
  const addOns = await addOnsOf(db, subscription)
  const cap = await capOver(db, subscription.accountId)
  const parts = addOns.map((addOn) => addOn.values)
  const chosen = await ownValues(db, subscription, eq(overrides.byCustomer, true))
  const under = (all: Values) => (cap ? settled(cap, all) : all)
  return {
    plan: plan!,
    addOns,
    cap,
    values: under(values(plan!.values, parts)),
    followed: under(values(plan!.values, parts, chosen)),
  }
}

export const ownValues = (
  db: Db,
  { id }: Pick<Subscription, 'id'>,
  which?: SQL,
): Promise<OwnValue[]> =>
  db
    .select()
    .from(overrides)
    .where(and(eq(overrides.subscriptionId, id), which))

/** Null where nothing is capped: what an admin sells. */
export async function capOver(db: Db, accountId: number): Promise<Values | null> {
  const resellerId = await holderOf(db, accountId)
  if (resellerId === null) return null
  return (await contractsOf(db, [resellerId])).get(resellerId) ?? null
}
