import { eq, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Database, Transaction } from '../db/database.ts'
import { lockOfferedPlan } from '../plans/access.ts'
import { refuseBeyond } from '../plans/beyond.ts'
import type { Plan } from '../plans/schema.ts'
import { assertMayProvideFor, lockOwner, lockSubscription, type Owned } from './access.ts'
import { lockHolder } from './budget-holder.ts'
import { sellerOf } from './creation.ts'
import { refuseLate } from './late.ts'
import { recomputeValues } from './plan-values.ts'
import { overrides, subscriptionAddOns, subscriptions } from './schema.ts'
import { tellHosts } from './want.ts'

/**
 * S-38, P-34: another plan; null: none, Custom, with the values it has now as its own (P-36).
 *
 * @returns the number of the job, null when the host need not hear of it
 * @throws {Invalid} at `plan`, or when the reseller has not that much left
 */
export function choosePlan(
  db: Database,
  actor: Actor,
  id: number,
  planId: number | null,
  seen?: string,
): Promise<number | null> {
  return db.transaction(async (tx) => {
    const account = await lockOwner(tx, actor, id)
    assertMayProvideFor(actor, account)
    const plan = planId === null ? null : await lockOfferedPlan(tx, sellerOf(account), planId)
    const cap = await lockHolder(tx, account.id)
    const owned = await lockSubscription(tx, actor, id)
    refuseLate(seen, String(owned.subscription.planId ?? ''), String(planId ?? ''))
    if (owned.subscription.planId === planId) return null
    if (cap && plan) refuseBeyond(cap, plan.values)
    return plan ? tie(tx, actor, owned, plan) : release(tx, actor, owned)
  })
}

async function tie(tx: Transaction, actor: Actor, owned: Owned, plan: Plan): Promise<number> {
  const { subscription } = owned
  await store(tx, subscription.id, { planId: plan.id, locked: false })
  await recomputeValues(tx, actor, eq(subscriptions.id, subscription.id))
  await recordChoice(tx, actor, owned, plan.name)
  const [jobId] = await tellHosts(tx, actor, [subscription])
  return jobId!
}

/** P-32: add-ons hold on to a plan, and what differs from none differs from nothing. */
async function release(tx: Transaction, actor: Actor, owned: Owned): Promise<null> {
  const { id } = owned.subscription
  await tx.delete(subscriptionAddOns).where(eq(subscriptionAddOns.subscriptionId, id))
  await tx.delete(overrides).where(eq(overrides.subscriptionId, id))
  await store(tx, id, { planId: null, locked: false })
  await recordChoice(tx, actor, owned, 'Custom')
  return null
}

const store = (tx: Transaction, id: number, tied: { planId: number | null; locked: boolean }) =>
  tx
    .update(subscriptions)
    .set({ ...tied, version: sql`${subscriptions.version} + 1` })
    .where(eq(subscriptions.id, id))

const recordChoice = (
  tx: Transaction,
  actor: Actor,
  { subscription, account }: Owned,
  plan: string,
) =>
  record(tx, actor, {
    action: 'subscription.plan_changed',
    object: { kind: 'subscription', id: subscription.id, name: subscription.domain },
    accountId: account.id,
    changes: { plan: { to: plan } },
  })
