import { discardAccounts } from '../subscriptions/trash.ts'
import { told, type Undo } from './action.ts'
import { still } from './still.ts'

/** Into the trash with all they own by now: who has them there can still restore one. */
export const undoImporting: Undo = {
  judge: (db, actor, items) =>
    still(db, actor, 'account', items, (_, now) =>
      'customers' in now && now.customers > 0
        ? told('It has customers by now. Move or remove them first.')
        : null,
    ),
  act: async (tx, actor, items, batchId) => {
    const ids = items.map(({ objectId }) => objectId)
    await discardAccounts(tx, actor, ids, batchId)
  },
  remains: [told('Imported accounts go into the trash, with all that they have by now.')],
}
