import { recordAll } from '../audit/record.ts'
import { among } from '../db/many.ts'
import { lockContracts } from '../plans/contract.ts'
import { holdSubscriptions } from '../subscriptions/access.ts'
import { subscriptions } from '../subscriptions/schema.ts'
import { lockOwners } from '../subscriptions/tie-change.ts'
import type { Undo } from './action.ts'
import { lockPlans } from './converting.ts'
import { formerPlans, obstaclesOf, restoreFormer } from './former-subscriptions.ts'
import { happenings } from './happenings.ts'
import { resellersOf, within } from './room.ts'
import { still } from './still.ts'

/** Plan, add-ons, overrides and, where they followed none, values are what they were. */
export const undoTying: Undo = {
  lock: async (tx, items) => {
    const ids = items.map(({ objectId }) => objectId)
    await lockOwners(tx, ids)
    await lockPlans(tx, await formerPlans(tx, items))
    await lockContracts(tx, await resellersOf(tx, ids))
    await holdSubscriptions(tx, among(subscriptions.id, ids))
  },
  judge: async (db, actor, items) => {
    const obstacles = await obstaclesOf(db, items)
    return still(db, actor, 'subscription', items, (item) => obstacles.get(item.objectId) ?? null)
  },
  act: async (tx, actor, items, batchId) => {
    const ids = items.map(({ objectId }) => objectId)
    await recordAll(tx, actor, await happenings(tx, 'subscription', ids, 'plan_restored'))
    await within(tx, await resellersOf(tx, ids), () => restoreFormer(tx, actor, items, batchId))
  },
}
