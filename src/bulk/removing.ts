import { sql } from 'drizzle-orm'
import { among } from '../db/many.ts'
import { inUnit } from '../plans/units.ts'
import { type Lost, lostWith } from '../subscriptions/lost.ts'
import { subscriptions } from '../subscriptions/schema.ts'
import { discardAccounts, discardSubscriptions } from '../subscriptions/trash.ts'
import { type Action, type Former, type Judged, type Told, told } from './action.ts'
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
    const lost = await lostWith(
      db,
      sql`${among(subscriptions.accountId, going)} and not ${subscriptions.removing}`,
    )
    const { subscriptions: count } = lost
    const sentence =
      '{count} {count|subscription goes|subscriptions go} with them, with all files, web sites and domains.'
    return count > 0 ? [told(sentence, { count }), ...counting(lost)] : []
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
  effects: async (db, _actor, going) =>
    going.length > 0 ? counting(await lostWith(db, among(subscriptions.id, going))) : [],
  act: async (tx, actor, going, _, batchId): Promise<Former> => {
    await discardSubscriptions(tx, actor, going, batchId)
    return new Map()
  },
  undo: undoRemoving('subscription'),
}

/** What goes with them, as far as there is any of it. */
const counting = ({ contents, bytes, unmeasured: count }: Lost): Told[] => [
  ...contents
    .filter(({ count }) => count > 0)
    .map(({ label, count }) => told('{what!}: {count}', { what: label, count })),
  ...(bytes === null
    ? []
    : [told('Disk space (MB): {size}', { size: inUnit('bytes', bytes) as number })]),
  ...(count > 0
    ? [
        told('What {count} {count|subscription|subscriptions} take was not measured yet.', {
          count,
        }),
      ]
    : []),
]
