import { and, asc, eq, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Changes } from '../audit/schema.ts'
import type { Database, Transaction } from '../db/database.ts'
import { among } from '../db/many.ts'
import { NotFound, Stale } from '../errors.ts'
import { refuseBeyond } from '../plans/beyond.ts'
import { type Plan, plans } from '../plans/schema.ts'
import { hold, recomputeValues } from './plan-values.ts'
import { overrides, subscriptionAddOns, subscriptions } from './schema.ts'
import type { Judged, Tie } from './tie-judgement.ts'
import { previewTie } from './tie-preview.ts'

/**
 * Another plan, an add-on more or less, or none, for many at once: all that can, in one transaction
 * (P-34 to P-36).
 *
 * @param seen mark of the preview that was confirmed
 * @returns how many changed
 * @throws {Stale} when it would do something else by now
 * @throws {Invalid} when a reseller has not that much left
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
  await store(tx, ids, tie)
  await recordAll(tx, actor, going, tie, plan)
  if (tie.change !== 'custom') {
    await recomputeValues(tx, actor, among(subscriptions.id, ids), batchId)
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

async function store(tx: Transaction, ids: number[], { change, planId }: Tie) {
  const grown = { version: sql`${subscriptions.version} + 1` }
  const these = among(subscriptions.id, ids)
  switch (change) {
    case 'plan':
      await tx
        .update(subscriptions)
        .set({ planId, locked: false, ...grown })
        .where(these)
      break
    case 'add':
      await tx
        .insert(subscriptionAddOns)
        .select(sql`select id, ${planId}::bigint from ${subscriptions} where ${these} order by id`)
      break
    case 'remove':
      await tx
        .delete(subscriptionAddOns)
        .where(
          and(
            among(subscriptionAddOns.subscriptionId, ids),
            eq(subscriptionAddOns.planId, planId!),
          ),
        )
      break
    case 'custom':
      await tx.delete(subscriptionAddOns).where(among(subscriptionAddOns.subscriptionId, ids))
      await tx.delete(overrides).where(among(overrides.subscriptionId, ids))
      await tx
        .update(subscriptions)
        .set({ planId: null, locked: false, ...grown })
        .where(these)
  }
}

async function recordAll(
  tx: Transaction,
  actor: Actor,
  going: Pick<Judged, 'id' | 'domain' | 'account'>[],
  { change }: Tie,
  plan: Plan | null,
) {
  const [action, changes] = happening(change, plan?.name ?? 'Custom')
  for (let start = 0; start < going.length; start += 1000) {
    await record(
      tx,
      actor,
      ...going.slice(start, start + 1000).map(({ id, domain, account }) => ({
        action,
        object: { kind: 'subscription', id, name: domain },
        accountId: account.id,
        changes,
      })),
    )
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
