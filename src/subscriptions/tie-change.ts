import { and, asc, eq, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { recordAll } from '../audit/record.ts'
import type { Changes } from '../audit/schema.ts'
import type { Database, Transaction } from '../db/database.ts'
import { among } from '../db/many.ts'
import { NotFound, Stale } from '../errors.ts'
import { refuseBeyond } from '../plans/beyond.ts'
import { type Plan, plans } from '../plans/schema.ts'
import { hold } from './plan-values.ts'
import { retie } from './retie.ts'
import { overrides, subscriptionAddOns, subscriptions } from './schema.ts'
import type { Judged, Tie } from './tie-judgement.ts'
import { changed, previewTie } from './tie-preview.ts'

/**
 * Another plan, an add-on more or less, or none, for many at once: all that can, in one transaction
 * (P-34 to P-36).
 *
 * @param seen mark of the preview that was confirmed
 * @returns how many changed
 * @throws {Stale} when it would do something else by now
 * @throws {Invalid} when a reseller has not that much left (R-23)
 */
export function changeTie(db: Database, actor: Actor, ids: number[], tie: Tie, seen: string) {
  return db.transaction(async (tx) => {
    await lockOwners(tx, ids)
    const plan = tie.planId === null ? null : await lockPlanRow(tx, tie.planId)
    const { contracts } = await hold(tx, among(subscriptions.id, ids))
    const { judged, seen: now } = await previewTie(tx, actor, ids, tie)
    if (now !== seen) {
      throw new Stale('Something has changed meanwhile. Please look again at what will happen.')
    }
    const going = judged.filter(({ reason }) => reason === null)
    if (going.length === 0) return 0
    if (tie.change === 'add') for (const cap of contracts.values()) refuseBeyond(cap, plan!.values)
    await applyTie(tx, actor, going, tie, plan)
    return going.length
  })
}

/** Of those that nothing keeps from it; they, their owners, plans and contracts are held. */
export async function applyTie(
  tx: Transaction,
  actor: Actor,
  going: Pick<Judged, 'id' | 'domain' | 'account'>[],
  tie: Tie,
  plan: Plan | null,
  batchId: number | null = null,
) {
  const ids = going.map(({ id }) => id)
  const [action, changes] = happening(tie.change, plan?.name ?? 'Custom')
  await recordAll(
    tx,
    actor,
    going.map(({ id, domain, account }) => ({
      action,
      object: { kind: 'subscription', id, name: domain },
      accountId: account.id,
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
  tx
    .select({ id: accounts.id })
    .from(accounts)
    .where(
      sql`${accounts.id} in (select account_id from ${subscriptions}
        where ${among(subscriptions.id, ids)})`,
    )
    .orderBy(asc(accounts.id))
    .for('share')

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
