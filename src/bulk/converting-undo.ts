import { sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { recordAll } from '../audit/record.ts'
import { closeSessionsOfAccounts } from '../auth/sessions.ts'
import { among } from '../db/many.ts'
import { plans, resellers } from '../plans/schema.ts'
import { told, type Undo } from './action.ts'
import { happenings } from './happenings.ts'
import { still } from './still.ts'

/** the way back, as long as it has sold nothing and made no plan. */
export const undoConverting: Undo = {
  judge: async (db, actor, items) => {
    const ids = items.map(({ objectId }) => objectId)
    const sellers = await db
      .select({ id: accounts.providerId })
      .from(accounts)
      .where(among(accounts.providerId, ids))
    const makers = await db
      .select({ id: plans.ownerId })
      .from(plans)
      .where(among(plans.ownerId, ids))
    const selling = new Set(sellers.map(({ id }) => id))
    const making = new Set(makers.map(({ id }) => id))
    return still(db, actor, 'account', items, ({ objectId: id }, now) => {
      if ('kind' in now && now.kind !== 'reseller') return told('It is no reseller any more.')
      if (selling.has(id)) return told('It has customers by now. Move or remove them first.')
      return making.has(id) ? told('It has made plans by now. Delete them first.') : null
    })
  },
  act: async (tx, actor, items) => {
    const ids = items.map(({ objectId }) => objectId)
    await tx.delete(resellers).where(among(resellers.accountId, ids))
    await tx.update(accounts).set({ kind: sql`'customer'` }).where(among(accounts.id, ids))
    await closeSessionsOfAccounts(tx, ids)
    const kind = { kind: { from: 'reseller', to: 'customer' } }
    await recordAll(tx, actor, await happenings(tx, 'account', ids, 'converted', kind))
  },
}
