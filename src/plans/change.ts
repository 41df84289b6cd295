import { and, eq, ne, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { difference, record } from '../audit/record.ts'
import type { Db, Transaction } from '../db/database.ts'
import { codeOf, uniqueViolation } from '../db/failure.ts'
import { Forbidden, Invalid, Stale } from '../errors.ts'
import { lockPlan, mayMakePlans } from './access.ts'
import { propertyKeys } from './catalogue.ts'
import { refusePlanBeyondCap } from './contract.ts'
import { nameTaken, type PlanDraft } from './draft.ts'
import { type Plan, plans } from './schema.ts'
import { keepVersion } from './versions.ts'

export interface PlanEdit extends PlanDraft {
  /** the version that the form was drawn from */
  version: number
  /** why, for those who read the versions later */
  note: string
}

/**
 * The plan itself only: its subscriptions follow in `subscriptions/plan-sync.ts`, in the same
 * transaction. An edit that changes nothing leaves nothing behind.
 *
 * @throws Stale when somebody else has saved meanwhile (F-73)
 */
export async function changePlan(
  tx: Transaction,
  actor: Actor,
  id: number,
  { version, note, ...draft }: PlanEdit,
): Promise<{ plan: Plan; changed: boolean }> {
  const before = await lockPlan(tx, actor, id)
  await refuseEdit(tx, actor, before, { version, note, ...draft })
  const changes = changesOf(before, draft)
  if (Object.keys(changes).length === 0) return { plan: before, changed: false }

  await refusePlanBeyondCap(tx, before.ownerId, draft.values)
  const plan = await write(tx, id, draft)
  await keepVersion(tx, actor, plan, note)
  await record(tx, actor, {
    action: 'plan.changed',
    object: { kind: 'plan', id, name: plan.name },
    accountId: plan.ownerId,
    changes,
  })
  return { plan, changed: true }
}

/**
 * What can be said of an edit before it is made.
 *
 * @throws Forbidden, Stale, Invalid
 */
export async function refuseEdit(db: Db, actor: Actor, plan: Plan, edit: PlanEdit) {
  if (!mayMakePlans(actor, plan.kind)) throw new Forbidden('You cannot change this plan.')
  // Sent twice, it is not somebody else's change that the second one meets.
  if (plan.version !== edit.version && Object.keys(changesOf(plan, edit)).length > 0) {
    throw new Stale('Somebody else has changed this plan meanwhile.')
  }
  const namesake = and(
    eq(plans.ownerId, plan.ownerId),
    ne(plans.id, plan.id),
    sql`lower(${plans.name}) = lower(${edit.name})`,
  )
  if ((await db.$count(plans, namesake)) > 0) throw new Invalid('name', nameTaken)
}

const changesOf = (
  before: PlanDraft,
  { name, title, hidden, notForResellers, values }: PlanDraft,
) =>
  difference(flat(before), flat({ name, title, hidden, notForResellers, values }), [
    'name',
    'title',
    'hidden',
    'notForResellers',
    ...propertyKeys,
  ])

async function write(tx: Transaction, id: number, draft: PlanDraft): Promise<Plan> {
  try {
    const [plan] = await tx
      .update(plans)
      .set({ ...draft, version: sql`${plans.version} + 1` })
      .where(eq(plans.id, id))
      .returning()
    return plan!
  } catch (error) {
    if (codeOf(error) === uniqueViolation) throw new Invalid('name', nameTaken)
    throw error
  }
}

const flat = ({ values, ...text }: PlanDraft) => ({ ...text, ...values })
