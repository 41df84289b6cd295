import type { Actor } from '../audit/actor.ts'
import type { Database, Transaction } from '../db/database.ts'
import { changePlan, type PlanEdit } from '../plans/change.ts'
import { followResellerPlan } from '../plans/contract.ts'
import type { Plan } from '../plans/schema.ts'
import { having } from './plan-users.ts'
import { recomputeValues } from './plan-values.ts'

/**
 * Changes a plan, and with it all that follows it, in one transaction (P-37, P-38): its unlocked
 * subscriptions, or its resellers.
 *
 * @returns the plan, whether it differs from before, and how many followed
 */
export function changePlanAndSync(
  db: Database,
  actor: Actor,
  id: number,
  edit: PlanEdit,
): Promise<{ plan: Plan; changed: boolean; followed: number }> {
  return db.transaction(async (tx) => {
    const { plan, changed } = await changePlan(tx, actor, id, edit)
    return { plan, changed, followed: changed ? await follow(tx, actor, plan) : 0 }
  })
}

const follow = (tx: Transaction, actor: Actor, plan: Plan): Promise<number> =>
  plan.kind === 'reseller'
    ? followResellerPlan(tx, plan)
    : recomputeValues(tx, actor, having(tx, plan.id))
