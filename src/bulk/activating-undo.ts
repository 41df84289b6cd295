import { sql } from 'drizzle-orm'
import { recordAll } from '../audit/record.ts'
import { bulk } from '../jobs/enqueue.ts'
import { suspensions } from '../subscriptions/schema.ts'
import { settleStanding } from '../subscriptions/standing.ts'
import type { Undo } from './action.ts'
import { happenings } from './happenings.ts'
import type { BatchItem, Of } from './schema.ts'
import { still } from './still.ts'

/** Each is suspended for the reasons it was, by whom and since when; one that stands anew stays as it is. */
export const undoActivating = (of: Of): Undo => ({
  judge: (db, actor, items) => still(db, actor, of, items, () => null),
  act: async (tx, actor, items, batchId) => {
    const column = of === 'account' ? sql`account_id` : sql`subscription_id`
    await tx.execute(sql`
      insert into ${suspensions} (${column}, reason, author_name, text, at)
      select object, reason, author, text, at
      from jsonb_to_recordset(${JSON.stringify(items.flatMap(liftedFrom))}::jsonb) as lifted
        (object bigint, reason suspension_reason, author text, text text, at timestamptz)
      on conflict do nothing`)
    const ids = items.map(({ objectId }) => objectId)
    await recordAll(tx, actor, await happenings(tx, of, ids, 'suspended'))
    const touched = of === 'account' ? { accountIds: ids } : { subscriptionIds: ids }
    await settleStanding(tx, actor, touched, bulk, batchId)
  },
})

interface Lifted {
  reason: string
  authorName: string
  text: string
  at: string
}

const liftedFrom = ({ objectId, former }: BatchItem) =>
  ((former as { suspensions?: Lifted[] } | null)?.suspensions ?? []).map(
    ({ authorName: author, ...rest }) => ({ object: objectId, author, ...rest }),
  )
