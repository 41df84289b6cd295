import { recordAll } from '../audit/record.ts'
import type { Db } from '../db/database.ts'
import { among } from '../db/many.ts'
import { lockContracts } from '../plans/contract.ts'
import { plans } from '../plans/schema.ts'
import { subscriptions } from '../subscriptions/schema.ts'
import { lockOwners } from '../subscriptions/tie-change.ts'
import { type Told, told, type Undo } from './action.ts'
import { lockSubscriptions } from './candidates.ts'
import { lockPlans } from './converting.ts'
import { type FormerSubscription, restoreFormer } from './former-subscriptions.ts'
import { happenings } from './happenings.ts'
import { resellersOf, within } from './room.ts'
import type { BatchItem } from './schema.ts'
import { still } from './still.ts'

export type Tied = FormerSubscription & { version: number }

/** Plan, add-ons, overrides and, where they followed none, values are what they were. */
export const undoTying: Undo = {
  lock: async (tx, items) => {
    const ids = items.map(({ objectId }) => objectId)
    await lockOwners(tx, ids)
    await lockPlans(tx, plansOf(items.map(formerOf)))
    await lockContracts(tx, await resellersOf(tx, ids))
    await lockSubscriptions(tx, ids)
  },
  judge: async (db, actor, items) => {
    const former = items.map(formerOf)
    const obstacles = await obstaclesOf(db, former)
    return still(db, actor, 'subscription', items, ({ objectId }) => obstacles.get(objectId)!)
  },
  act: async (tx, actor, items, batchId) => {
    const ids = items.map(({ objectId }) => objectId)
    await recordAll(tx, actor, await happenings(tx, 'subscription', ids, 'plan_restored'))
    await within(tx, await resellersOf(tx, ids), () =>
      restoreFormer(tx, actor, items.map(formerOf), batchId),
    )
  },
}

/** Null: it can be brought back. */
export async function obstaclesOf(db: Db, former: Tied[]): Promise<Map<number, Told | null>> {
  const now = await db
    .select({ id: subscriptions.id, version: subscriptions.version })
    .from(subscriptions)
    .where(
      among(
        subscriptions.id,
        former.map(({ id }) => id),
      ),
    )
  const versions = new Map(now.map(({ id, version }) => [id, version]))
  const rows = await db
    .select({ id: plans.id })
    .from(plans)
    .where(among(plans.id, plansOf(former)))
  const standing = new Set(rows.map(({ id }) => id))
  return new Map(
    former.map(({ id, planId, version }) => {
      if (versions.get(id) !== version) return [id, told('It was changed since.')]
      const gone = planId !== null && !standing.has(planId)
      return [id, gone ? told('Its former plan is not there any more.') : null]
    }),
  )
}

export const plansOf = (former: FormerSubscription[]): number[] =>
  [...new Set(former.flatMap(({ planId, addOns }) => [planId ?? [], ...addOns].flat()))].toSorted(
    (a, b) => a - b,
  )

const formerOf = ({ former }: BatchItem) => former as Tied
