import type { Actor } from '../audit/actor.ts'
import type { Db } from '../db/database.ts'
import type { Judged, Told } from './action.ts'
import { told } from './action.ts'
import {
  accountCandidates,
  accountObstacle,
  type Candidate,
  type SubscriptionCandidate,
  subscriptionCandidates,
  subscriptionObstacle,
} from './candidates.ts'
import type { BatchItem, Of } from './schema.ts'

type Now = Candidate | SubscriptionCandidate

/**
 * Items of a batch as they are now: one that is gone, not theirs any more, or on its way out cannot be
 * undone; of the others `why` says what else stands in the way.
 */
export async function still(
  db: Db,
  actor: Actor,
  of: Of,
  items: BatchItem[],
  why: (item: BatchItem, now: Now) => Told | null,
): Promise<Judged[]> {
  const ids = items.map(({ objectId }) => objectId)
  const found: [number, Now, Told | null][] =
    of === 'account'
      ? (await accountCandidates(db, actor, ids)).map((row) => [
          row.id,
          row,
          accountObstacle(actor, row),
        ])
      : (await subscriptionCandidates(db, actor, ids)).map((row) => [
          row.id,
          row,
          subscriptionObstacle(actor, row),
        ])
  const now = new Map(found.map(([id, row, obstacle]) => [id, { row, obstacle }]))
  return items.map((item): Judged => {
    const { objectId: id, name } = item
    const one = now.get(id)
    if (!one) return { id, name, obstacle: told('It is not there any more.') }
    return { id, name, obstacle: one.obstacle ?? why(item, one.row) }
  })
}
