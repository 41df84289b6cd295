import { and, asc, eq, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { recordAll } from '../audit/record.ts'
import type { Changes } from '../audit/schema.ts'
import type { Transaction } from '../db/database.ts'
import { among, holdAll } from '../db/many.ts'
import { NotFound } from '../errors.ts'
import { type Plan, plans } from '../plans/schema.ts'
import { retie } from './retie.ts'
import { overrides, type Subscription, subscriptionAddOns, subscriptions } from './schema.ts'
import type { Tie } from './tie-judgement.ts'
import { changed } from './tie-preview.ts'

/** Of those that nothing keeps from it; they, their owners, plans and contracts are held. */
export async function applyTie(
  tx: Transaction,
  actor: Actor,
  going: Pick<Subscription, 'id' | 'domain' | 'accountId'>[],
  tie: Tie,
  plan: Plan | null,
  batchId: number | null = null,
) {
  const ids = going.map(({ id }) => id)
  const [action, changes] = happening(tie.change, plan?.name ?? 'Custom')
  await recordAll(
    tx,
    actor,
    going.map(({ id, domain, accountId }) => ({
      action,
      object: { kind: 'subscription', id, name: domain },
      accountId,
      changes,
    })),
  )
  const which = among(subscriptions.id, ids)
  switch (tie.change) {
    case 'plan':
      return retie(tx, actor, which, (group) => [changed(tie)(group)], batchId)
    case 'custom':
      await tx.delete(subscriptionAddOns).where(among(subscriptionAddOns.subscriptionId, ids))
      await tx.delete(overrides).where(among(overrides.subscriptionId, ids))
      return retie(tx, actor, which, (group) => [{ ...group, planId: null, locked: false }])
    default:
      await changeAddOn(tx, ids, tie)
      return retie(tx, actor, which, (group) => [group], batchId)
  }
}

export const lockOwners = (tx: Transaction, ids: number[]) =>
  holdAll(
    tx,
    tx
      .select({ id: accounts.id })
      .from(accounts)
      .where(
        sql`${accounts.id} in (select account_id from ${subscriptions}
          where ${among(subscriptions.id, ids)})`,
      )
      .orderBy(asc(accounts.id))
      .for('share'),
  )

/** Whether it is on offer is asked of each subscription's seller. */
export async function lockPlanRow(tx: Transaction, id: number): Promise<Plan> {
  const [plan] = await tx.select().from(plans).where(eq(plans.id, id)).for('share')
  if (!plan) throw new NotFound()
  return plan
}

async function changeAddOn(tx: Transaction, ids: number[], { change, planId }: Tie) {
  const { subscriptionId } = subscriptionAddOns
  if (change === 'add') {
    await tx
      .insert(subscriptionAddOns)
      .select(
        sql`select id, ${planId}::bigint from ${subscriptions} where ${among(sql`id`, ids)} order by id`,
      )
  } else {
    await tx
      .delete(subscriptionAddOns)
      .where(and(among(subscriptionId, ids), eq(subscriptionAddOns.planId, planId!)))
  }
}

function happening(change: Tie['change'], name: string): [string, Changes] {
  switch (change) {
    case 'add':
      return ['subscription.add_on_added', { addOn: { to: name } }]
    case 'remove':
      return ['subscription.add_on_removed', { addOn: { from: name } }]
    default:
      return ['subscription.plan_changed', { plan: { to: name } }]
  }
}
