import type { Batch } from '../jobs/schema.ts'
import type { Action } from './action.ts'
import { activateAccounts, activateSubscriptions } from './activating.ts'
import { convertAccounts } from './converting.ts'
import { messageMany } from './messaging.ts'
import { moveAccounts } from './moving.ts'
import { removeAccounts, removeSubscriptions } from './removing.ts'
import type { Of } from './schema.ts'
import { suspendAccounts, suspendSubscriptions } from './suspending.ts'
import { tieSubscriptions } from './tying.ts'

/** What can be done to many, by the name that forms and receipts have for it. */
// biome-ignore lint/suspicious/noExplicitAny: each has options of its own
export const actions: Record<Of, Record<string, Action<any>>> = {
  account: {
    suspend: suspendAccounts,
    activate: activateAccounts,
    convert: convertAccounts,
    move: moveAccounts,
    message: messageMany,
    remove: removeAccounts,
  },
  subscription: {
    suspend: suspendSubscriptions,
    activate: activateSubscriptions,
    plan: tieSubscriptions,
    remove: removeSubscriptions,
  },
}

/** Of a receipt; undefined when it is of something else. */
export function actionOf({ of, kind }: Pick<Batch, 'of' | 'kind'>) {
  const name = kind.split('.').at(-1) ?? ''
  return of ? actions[of][name] : undefined
}
