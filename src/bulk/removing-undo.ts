import { restoreAccounts, restoreSubscriptions } from '../subscriptions/trash.ts'
import { type Judged, told, type Undo } from './action.ts'
import { accountCandidates, subscriptionCandidates } from './candidates.ts'
import type { Of } from './schema.ts'

/** Out of the trash again, while they are in it. */
export const undoRemoving = (of: Of): Undo => ({
  judge: async (db, actor, items) => {
    const ids = items.map(({ objectId }) => objectId)
    const rows =
      of === 'account'
        ? await accountCandidates(db, actor, ids)
        : await subscriptionCandidates(db, actor, ids)
    const now = new Map<
      number,
      { trashedUntil: Date | null; removing: boolean; providerStays?: boolean }
    >(rows.map((row) => [row.id, row]))
    return items.map(({ objectId: id, name }): Judged => {
      const one = now.get(id)
      if (!one) return { id, name, obstacle: told('It is not there any more.') }
      if (one.removing) return { id, name, obstacle: told('It is being removed.') }
      if (one.providerStays === false) {
        return { id, name, obstacle: told('Its provider is not there any more.') }
      }
      return { id, name, obstacle: one.trashedUntil ? null : told('It was restored since.') }
    })
  },
  act: async (tx, actor, items, batchId) => {
    const ids = items.map(({ objectId }) => objectId)
    if (of === 'subscription') await restoreSubscriptions(tx, actor, ids, batchId)
    else
      await restoreAccounts(
        tx,
        actor,
        items.map(({ objectId: id, name }) => ({ id, name })),
        batchId,
      )
  },
})
