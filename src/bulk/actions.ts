import type { Batch } from '../jobs/schema.ts'
import type { Action, Undo } from './action.ts'
import { activateAccounts, activateSubscriptions } from './activating.ts'
import { convertAccounts } from './converting.ts'
import { undoImporting } from './importing-undo.ts'
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

/** By the name that a form sent. */
export const actionOf = (of: Of, name: string) =>
  Object.hasOwn(actions[of], name) ? actions[of][name] : undefined

/** How what a receipt tells of is undone; null: it cannot be. Nobody chose in a list what was imported. */
export function undoOf({ of, kind }: Pick<Batch, 'of' | 'kind'>): Undo | null {
  const name = kind.split('.').at(-1) ?? ''
  if (of === 'account' && name === 'import') return undoImporting
  return (of && actions[of][name]?.undo) ?? null
}
