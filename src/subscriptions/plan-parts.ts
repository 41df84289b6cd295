import type { Db } from '../db/database.ts'
import { among } from '../db/many.ts'
import { plans } from '../plans/schema.ts'
import type { Override, Stored } from '../plans/values.ts'
import { overrides, type Subscription, subscriptionAddOns } from './schema.ts'

/** What the values of a subscription are made of. */
export interface Parts {
  plan: Stored
  addOns: Stored[]
  overrides: Override[]
}

type Tied = Pick<Subscription, 'id' | 'planId'>

/** For any number of subscriptions three queries; those without a plan are not asked about. */
export async function partsOf(db: Db, tied: Tied[]): Promise<Map<number, Parts>> {
  const ids = tied.map(({ id }) => id)
  const added = await db
    .select()
    .from(subscriptionAddOns)
    .where(among(subscriptionAddOns.subscriptionId, ids))
  const own = await db.select().from(overrides).where(among(overrides.subscriptionId, ids))
  const sold = await valuesOf(db, [
    ...tied.flatMap(({ planId }) => planId ?? []),
    ...added.map(({ planId }) => planId),
  ])

  const addOns = Map.groupBy(added, (row) => row.subscriptionId)
  const overridden = Map.groupBy(own, (row) => row.subscriptionId)
  return new Map(
    tied.map(({ id, planId }) => [
      id,
      {
        plan: sold.get(planId!)!,
        addOns: (addOns.get(id) ?? []).map((row) => sold.get(row.planId)!),
        overrides: overridden.get(id) ?? [],
      },
    ]),
  )
}

async function valuesOf(db: Db, planIds: number[]): Promise<Map<number, Stored>> {
  const ids = [...new Set(planIds)]
  const rows = await db
    .select({ id: plans.id, values: plans.values })
    .from(plans)
    .where(among(plans.id, ids))
  return new Map(rows.map((row) => [row.id, row.values]))
}
