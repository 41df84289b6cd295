import type { Actor } from '../audit/actor.ts'
import type { Database, Transaction } from '../db/database.ts'
import { Refusal } from '../errors.ts'
import { openBatch } from '../jobs/batch.ts'
import { bulk } from '../jobs/enqueue.ts'
import { findPlan, lockPlan } from '../plans/access.ts'
import { changePlan, type PlanEdit, refuseEdit } from '../plans/change.ts'
import { followResellerPlan, lockHolders } from '../plans/contract.ts'
import type { Plan } from '../plans/schema.ts'
import { type Preview, previewForResellers, previewOf, touchesValues } from './plan-preview.ts'
import { havingPlan } from './plan-users.ts'
import { hold, look, storeValues } from './plan-values.ts'
import { tellHosts } from './want.ts'

export interface Saved {
  plan: Plan
  changed: boolean
  followed: number
  batchId: number | null
}

/** The edit does something to somebody that who asked for it has not seen (F-84). */
export class Unseen extends Refusal {
  readonly preview: Preview

  constructor(preview: Preview) {
    super('Look at what this change does before it is made.')
    this.preview = preview
  }
}

/**
 * What an edit would do to all that follow the plan; null when nobody would notice.
 *
 * @throws Stale, Forbidden, NotFound, Invalid like the edit itself
 */
export async function previewChange(
  db: Database,
  actor: Actor,
  id: number,
  edit: PlanEdit,
): Promise<Preview | null> {
  const plan = await findPlan(db, actor, id)
  await refuseEdit(db, actor, plan, edit)
  if (!touchesValues(plan, edit)) return null
  const preview =
    plan.kind === 'reseller'
      ? await previewForResellers(db, plan, edit)
      : await previewOf(db, plan, edit, await look(db, havingPlan(db, id)))
  return preview.users > 0 ? preview : null
}

/**
 * Changes a plan, and with it all that follows it, in one transaction (P-37, P-38): its unlocked
 * subscriptions, or its resellers.
 *
 * @param fingerprint of the preview that the actor has seen; null: none
 * @returns the plan, whether it differs from before, how many followed, and the batch of their jobs
 * @throws Unseen with the preview as it is now, when that is another one
 */
export function changePlanAndSync(
  db: Database,
  actor: Actor,
  id: number,
  edit: PlanEdit,
  fingerprint: string | null,
): Promise<Saved> {
  return db.transaction(async (tx) => {
    const before = await lockPlan(tx, actor, id)
    await refuseEdit(tx, actor, before, edit)
    if (!touchesValues(before, edit))
      return { ...(await changePlan(tx, actor, id, edit)), followed: 0, batchId: null }

    return before.kind === 'reseller'
      ? changeForResellers(tx, actor, before, edit, fingerprint)
      : changeForSubscriptions(tx, actor, before, edit, fingerprint)
  })
}

async function changeForSubscriptions(
  tx: Transaction,
  actor: Actor,
  plan: Plan,
  edit: PlanEdit,
  fingerprint: string | null,
) {
  const held = await hold(tx, havingPlan(tx, plan.id))
  refuseUnseen(await previewOf(tx, plan, edit, held), fingerprint)
  const result = await changePlan(tx, actor, plan.id, edit)
  const told = await storeValues(tx, held)
  const batchId = await tell(tx, actor, result.plan, told)
  return { ...result, followed: told.length, batchId }
}

async function changeForResellers(
  tx: Transaction,
  actor: Actor,
  plan: Plan,
  edit: PlanEdit,
  fingerprint: string | null,
) {
  await lockHolders(tx, plan.id)
  refuseUnseen(await previewForResellers(tx, plan, edit), fingerprint)
  const result = await changePlan(tx, actor, plan.id, edit)
  return { ...result, followed: await followResellerPlan(tx, result.plan), batchId: null }
}

async function tell(
  tx: Transaction,
  actor: Actor,
  { name: title, ownerId: accountId }: Plan,
  told: Parameters<typeof tellHosts>[2],
): Promise<number | null> {
  const count = told.length
  if (count === 0) return null
  const id = await openBatch(tx, actor, { kind: 'plan.changed', title, accountId, count })
  await tellHosts(tx, actor, told, bulk, id)
  return id
}

/** What nobody has is nothing to be looked at. */
function refuseUnseen(preview: Preview, fingerprint: string | null) {
  if (preview.users > 0 && preview.fingerprint !== fingerprint) throw new Unseen(preview)
}
