import { sql } from 'drizzle-orm'
import type { Db } from '../db/database.ts'
import { among } from '../db/many.ts'
import { subscriptions } from '../subscriptions/schema.ts'
import { discardAccounts, discardSubscriptions } from '../subscriptions/trash.ts'
import { type Action, type Former, type Judged, told } from './action.ts'
import {
  accountCandidates,
  accountObstacle,
  lockAccounts,
  lockSubscriptions,
  subscriptionCandidates,
  subscriptionObstacle,
} from './candidates.ts'
import { undoRemoving } from './removing-undo.ts'

/** P-28, P-67, P-68: into the trash, with all they own. */
export const removeAccounts: Action = {
  of: 'account',
  lock: lockAccounts,
  judge: async (db, actor, ids) =>
    (await accountCandidates(db, actor, ids)).map((account): Judged => {
      const { id, name, customers: count } = account
      const sentence = 'It still has {count} {count|customer|customers}. Move or remove them first.'
      const below = count > 0 ? told(sentence, { count }) : null
      return { id, name, obstacle: accountObstacle(actor, account) ?? below }
    }),
  effects: async (db, _actor, going) => {
    const count = await owned(db, going)
    const sentence =
      '{count} {count|subscription goes|subscriptions go} with them, with all files, web sites and domains.'
    return count > 0 ? [told(sentence, { count })] : []
  },
  act: async (tx, actor, going, _, batchId): Promise<Former> => {
    await discardAccounts(tx, actor, going, batchId)
    return new Map()
  },
  undo: undoRemoving('account'),
}

export const removeSubscriptions: Action = {
  of: 'subscription',
  lock: lockSubscriptions,
  judge: async (db, actor, ids) =>
    (await subscriptionCandidates(db, actor, ids)).map(
      (row): Judged => ({
        id: row.id,
        name: row.domain,
        obstacle: subscriptionObstacle(actor, row),
      }),
    ),
  act: async (tx, actor, going, _, batchId): Promise<Former> => {
    await discardSubscriptions(tx, actor, going, batchId)
    return new Map()
  },
  undo: undoRemoving('subscription'),
}

const owned = (db: Db, accountIds: number[]) =>
  db.$count(
    subscriptions,
    sql`${among(subscriptions.accountId, accountIds)} and not ${subscriptions.removing}`,
  )
