import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Database } from '../db/database.ts'
import { Forbidden, Invalid } from '../errors.ts'
import { mayMakePlans } from './access.ts'
import { refusePlanBeyondCap } from './contract.ts'
import { nameTaken, type PlanDraft } from './draft.ts'
import { type Plan, type PlanKind, plans } from './schema.ts'
import { keepVersion } from './versions.ts'

/** @throws Invalid at the field; Forbidden to who sells nothing, or reseller plans */
export async function createPlan(
  db: Database,
  actor: Actor,
  kind: PlanKind,
  draft: PlanDraft,
): Promise<Plan> {
  if (!mayMakePlans(actor, kind)) throw new Forbidden('You cannot make plans of this kind.')
  return db.transaction(async (tx) => {
    await refusePlanBeyondCap(tx, actor.accountId, draft.values)
    const [plan] = await tx
      .insert(plans)
      .values({ ...draft, kind, ownerId: actor.accountId })
      .onConflictDoNothing()
      .returning()
    if (!plan) throw new Invalid('name', nameTaken)

    await keepVersion(tx, actor, plan, '')
    await record(tx, actor, {
      action: 'plan.created',
      object: { kind: 'plan', id: plan.id, name: plan.name },
      accountId: plan.ownerId,
    })
    return plan
  })
}
