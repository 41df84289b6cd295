import { recordAll } from '../audit/record.ts'
import { among } from '../db/many.ts'
import { bulk } from '../jobs/enqueue.ts'
import { suspensions } from '../subscriptions/schema.ts'
import { settleStanding } from '../subscriptions/standing.ts'
import { told, type Undo } from './action.ts'
import { happenings } from './happenings.ts'
import type { BatchItem, Of } from './schema.ts'
import { still } from './still.ts'

/** The very suspension that was made goes; any other stays, made before or since. */
export const undoSuspending = (of: Of): Undo => ({
  judge: async (db, actor, items) => {
    const made = await db
      .select({ id: suspensions.id })
      .from(suspensions)
      .where(among(suspensions.id, items.map(suspensionOf)))
    const standing = new Set(made.map(({ id }) => id))
    return still(db, actor, of, items, (item) =>
      standing.has(suspensionOf(item)) ? null : told('It was activated since.'),
    )
  },
  act: async (tx, actor, items, batchId) => {
    const ids = items.map(({ objectId }) => objectId)
    await tx.delete(suspensions).where(among(suspensions.id, items.map(suspensionOf)))
    await recordAll(tx, actor, await happenings(tx, of, ids, 'activated'))
    const touched = of === 'account' ? { accountIds: ids } : { subscriptionIds: ids }
    await settleStanding(tx, actor, touched, bulk, batchId)
  },
})

const suspensionOf = ({ former }: BatchItem): number =>
  (former as { suspension?: number } | null)?.suspension ?? 0
