import { and, asc, eq, type SQL, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import type { Database, Transaction } from '../db/database.ts'
import { among } from '../db/many.ts'
import { Forbidden, Invalid } from '../errors.ts'
import { lockOfferedPlan, lockPlan, mayMakePlans, visiblePlans } from '../plans/access.ts'
import { moveResellers, releaseResellers } from '../plans/contract.ts'
import { deletePlan } from '../plans/deletion.ts'
import { type Plan, plans } from '../plans/schema.ts'
import { havingPlan, planUseOf } from './plan-users.ts'
import { recomputeValues } from './plan-values.ts'
import { overrides, subscriptionAddOns, subscriptions } from './schema.ts'

/**
 * What becomes of those who have the plan: they get another, or keep their values without one. An
 * add-on is taken away from them, with what it added; who has a main plan keeps that.
 */
export type Afterwards = { moveTo: number } | 'custom' | 'take' | null

/**
 * Deletes a plan for good (S-25), and never leaves anybody with nothing (S-26): while it is in use
 * it goes only together with an answer for all who have it (R-3), in one transaction.
 *
 * @returns the plan that was
 * @throws Invalid while it is in use and nothing was said about its users
 */
export function removePlan(
  db: Database,
  actor: Actor,
  id: number,
  afterwards: Afterwards,
): Promise<Plan> {
  return db.transaction(async (tx) => {
    const plan = await lockForRemoval(tx, actor, id, afterwards)
    if ((await planUseOf(tx, plan)).count > 0) await settle(tx, actor, plan, afterwards)
    await forget(tx, id)
    await deletePlan(tx, actor, plan)
    return plan
  })
}

/** Both plans in the order of their numbers: two removals may move to each other's plan. */
async function lockForRemoval(tx: Transaction, actor: Actor, id: number, afterwards: Afterwards) {
  const target = typeof afterwards === 'object' && afterwards ? [afterwards.moveTo] : []
  await tx
    .select({ id: plans.id })
    .from(plans)
    .where(and(among(plans.id, [id, ...target]), visiblePlans(actor)))
    .orderBy(asc(plans.id))
    .for('update')
  const plan = await lockPlan(tx, actor, id)
  if (!mayMakePlans(actor, plan.kind)) throw new Forbidden('You cannot delete this plan.')
  return plan
}

async function settle(tx: Transaction, actor: Actor, plan: Plan, afterwards: Afterwards) {
  if (afterwards === null) {
    throw new Invalid('afterwards', 'This plan is in use: say what becomes of those who have it.')
  }
  if (typeof afterwards === 'string') {
    if ((afterwards === 'take') !== (plan.kind === 'add-on')) {
      throw new Invalid('afterwards', 'Choose from the list.')
    }
    return afterwards === 'take' ? take(tx, actor, plan) : makeCustom(tx, plan)
  }
  if (afterwards.moveTo === plan.id) throw new Invalid('plan', 'Choose another plan.')
  const target = await lockOfferedPlan(tx, plan.ownerId, afterwards.moveTo, plan.kind)
  return move(tx, actor, plan, target)
}

/**
 * P-33, P-36: they keep every value they have. Add-ons need a plan, so they go (P-32), and what
 * differs from no plan differs from nothing.
 */
async function makeCustom(tx: Transaction, plan: Plan) {
  if (plan.kind === 'reseller') return releaseResellers(tx, plan.id)
  const rows = await tx
    .update(subscriptions)
    .set({ planId: null, version: sql`${subscriptions.version} + 1` })
    .where(havingPlan(tx, plan.id))
    .returning({ id: subscriptions.id })
  const ids = rows.map(({ id }) => id)
  await tx.delete(subscriptionAddOns).where(among(subscriptionAddOns.subscriptionId, ids))
  await tx.delete(overrides).where(among(overrides.subscriptionId, ids))
}

/** Who is locked keeps the values that it had with it (P-40). */
const take = async (tx: Transaction, actor: Actor, plan: Plan) =>
  recomputeValues(tx, actor, among(subscriptions.id, await withoutAddOn(tx, plan)))

async function move(tx: Transaction, actor: Actor, plan: Plan, target: Plan) {
  switch (plan.kind) {
    case 'service':
      return recomputeValues(tx, actor, await withPlan(tx, plan, target))
    case 'add-on':
      return recomputeValues(tx, actor, await withAddOn(tx, plan, target))
    case 'reseller':
      return moveResellers(tx, plan.id, target)
  }
}

async function withPlan(tx: Transaction, plan: Plan, target: Plan): Promise<SQL> {
  const rows = await tx
    .update(subscriptions)
    .set({ planId: target.id })
    .where(eq(subscriptions.planId, plan.id))
    .returning({ id: subscriptions.id })
  return among(
    subscriptions.id,
    rows.map(({ id }) => id),
  )
}

/** Each add-on once (P-31): who has the other one already just loses this. */
async function withAddOn(tx: Transaction, plan: Plan, target: Plan): Promise<SQL> {
  const ids = await withoutAddOn(tx, plan)
  await tx.execute(sql`
    insert into ${subscriptionAddOns} (subscription_id, plan_id)
    select id, ${target.id} from unnest(${`{${ids.join(',')}}`}::bigint[]) as had (id)
    on conflict do nothing`)
  return among(subscriptions.id, ids)
}

async function withoutAddOn(tx: Transaction, plan: Plan): Promise<number[]> {
  const rows = await tx
    .delete(subscriptionAddOns)
    .where(eq(subscriptionAddOns.planId, plan.id))
    .returning({ subscriptionId: subscriptionAddOns.subscriptionId })
  return rows.map(({ subscriptionId }) => subscriptionId)
}

/** What is being taken off its host still names the plan. */
async function forget(tx: Transaction, planId: number) {
  await tx
    .update(subscriptions)
    .set({ planId: null })
    .where(and(eq(subscriptions.planId, planId), subscriptions.removing))
  await tx.delete(subscriptionAddOns).where(eq(subscriptionAddOns.planId, planId))
}
