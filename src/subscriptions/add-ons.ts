import { and, asc, eq, sql } from 'drizzle-orm'
import type { Account } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Database, Db, Transaction } from '../db/database.ts'
import { Invalid } from '../errors.ts'
import { lockOfferedPlan, offeredPlans } from '../plans/access.ts'
import { refuseBeyond } from '../plans/beyond.ts'
import { type Plan, plans } from '../plans/schema.ts'
import { assertMayProvideFor, lockOwner, lockSubscription, type Owned } from './access.ts'
import { lockHolder } from './budget-holder.ts'
import { sellerOf } from './creation.ts'
import { recomputeValues } from './plan-values.ts'
import { type Subscription, subscriptionAddOns, subscriptions } from './schema.ts'
import { tellHosts } from './want.ts'

export const addOnsOf = (db: Db, { id }: Pick<Subscription, 'id'>) =>
  db
    .select({ id: plans.id, name: plans.name, title: plans.title, values: plans.values })
    .from(subscriptionAddOns)
    .innerJoin(plans, eq(plans.id, subscriptionAddOns.planId))
    .where(eq(subscriptionAddOns.subscriptionId, id))
    .orderBy(asc(sql`lower(${plans.name})`), asc(plans.id))

/** Those on offer that it does not have yet (P-31). */
export async function addOnsToChoose(db: Db, { subscription, account }: Owned): Promise<Plan[]> {
  const has = new Set((await addOnsOf(db, subscription)).map(({ id }) => id))
  const offered = await offeredPlans(db, sellerOf(account), 'add-on')
  return offered.filter(({ id }) => !has.has(id))
}

/**
 * P-31, P-35. A locked subscription keeps its values; the add-on counts when it is unlocked (P-40).
 *
 * @returns the number of the job, null when its host need not hear of it
 * @throws {Invalid} at `plan`, or when the reseller has not that much left
 */
export function addAddOn(db: Database, actor: Actor, id: number, planId: number) {
  return db.transaction(async (tx) => {
    const account = await lockOwner(tx, actor, id)
    assertMayProvideFor(actor, account)
    const plan = await lockOfferedPlan(tx, sellerOf(account), planId, 'add-on')
    const cap = await lockHolder(tx, account.id)
    if (cap) refuseBeyond(cap, plan.values)
    const { subscription } = await lockSubscription(tx, actor, id)
    if (subscription.planId === null) throw new Invalid('plan', onlyWithPlan)

    const added = await tx
      .insert(subscriptionAddOns)
      .values({ subscriptionId: id, planId })
      .onConflictDoNothing()
      .returning()
    if (added.length === 0) throw new Invalid('plan', 'It has this add-on already.')
    await recordAddOn(tx, actor, 'subscription.add_on_added', { subscription, account }, plan)
    return follow(tx, actor, subscription)
  })
}

/** P-35; an add-on that is not there is not there afterwards either. */
export function removeAddOn(db: Database, actor: Actor, id: number, planId: number) {
  return db.transaction(async (tx) => {
    const account: Account = await lockOwner(tx, actor, id)
    assertMayProvideFor(actor, account)
    await lockHolder(tx, account.id)
    const { subscription } = await lockSubscription(tx, actor, id)
    const [plan] = (await addOnsOf(tx, subscription)).filter((addOn) => addOn.id === planId)
    if (!plan) return null

    await tx
      .delete(subscriptionAddOns)
      .where(and(eq(subscriptionAddOns.subscriptionId, id), eq(subscriptionAddOns.planId, planId)))
    await recordAddOn(tx, actor, 'subscription.add_on_removed', { subscription, account }, plan)
    return follow(tx, actor, subscription)
  })
}

/** P-32 */
const onlyWithPlan = 'Add-ons need a plan: a custom subscription has none.'

async function follow(tx: Transaction, actor: Actor, subscription: Subscription) {
  const changed = await recomputeValues(tx, actor, eq(subscriptions.id, subscription.id))
  if (changed === 0) return null
  const [jobId] = await tellHosts(tx, actor, [subscription])
  return jobId!
}

const recordAddOn = (
  tx: Transaction,
  actor: Actor,
  action: string,
  { subscription, account }: Owned,
  plan: Pick<Plan, 'name'>,
) =>
  record(tx, actor, {
    action,
    object: { kind: 'subscription', id: subscription.id, name: subscription.domain },
    accountId: account.id,
    changes: { addOn: action.endsWith('added') ? { to: plan.name } : { from: plan.name } },
  })
