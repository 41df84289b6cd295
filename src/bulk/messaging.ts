import { messageAccounts } from '../accounts/message.ts'
import { bulk } from '../jobs/enqueue.ts'
import type { Typed } from '../messages/mailing.ts'
import { systemSettings } from '../settings/reading.ts'
import { type Action, type Judged, told } from './action.ts'
import { accountCandidates, accountObstacle, lockAccounts } from './candidates.ts'

/** M-36 to many: what was typed is kept once, and each gets a mail of its own. */
export const messageMany: Action<Typed> = {
  of: 'account',
  lock: lockAccounts,
  judge: async (db, actor, ids) =>
    (await accountCandidates(db, actor, ids)).map((account): Judged => {
      const { id, name } = account
      return { id, name, obstacle: accountObstacle(actor, account) }
    }),
  // F-62
  effects: async (db, _actor, going) => {
    const { mailsPerMinute } = await systemSettings(db)
    const minutes = Math.ceil(going.length / mailsPerMinute)
    const sentence = 'They go out within about {minutes} minutes.'
    return minutes > 1 ? [told(sentence, { minutes })] : []
  },
  act: async (tx, actor, going, typed, batchId) => {
    const queued = await messageAccounts(tx, actor, going, typed, { priority: bulk, batchId })
    return new Map(queued.map(({ accountId, messageId }) => [accountId!, { message: messageId }]))
  },
  undo: null,
}
