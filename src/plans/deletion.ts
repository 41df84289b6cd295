import { eq } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Transaction } from '../db/database.ts'
import { type Plan, plans } from './schema.ts'

/** For good (S-25), with all its versions. Who uses it was settled before. */
export async function deletePlan(tx: Transaction, actor: Actor, plan: Plan) {
  await tx.delete(plans).where(eq(plans.id, plan.id))
  await record(tx, actor, {
    action: 'plan.removed',
    object: { kind: 'plan', id: plan.id, name: plan.name },
    accountId: plan.ownerId,
    changes: { values: { from: plan.values } },
  })
}
