import type { Failure, Result, SubscriptionResult } from '../contract/messages.ts'
import type { Outcome } from '../jobs/outcome.ts'

export type Answer = Pick<Result, 'subscriptions' | 'errors'>

/** What a host's answer means for the job of one subscription. */
export function verdict(id: number, { subscriptions, errors }: Answer): Outcome {
  const answer = subscriptions.find((one) => one.id === id)
  // Without a document there was nothing left to do: it is gone.
  if (!answer || answer.ok) return { kind: 'done' }

  const conflict = answer.errors.find((error) => error.code === 'conflict')
  // Somebody else's user or uid: nothing was touched, and no further try will change that (F-17).
  if (conflict) return { kind: 'park', reason: conflict.text, ...saidOf(conflict) }
  return { kind: 'retry', ...failure(answer, errors) }
}

/**
 * A stale one is tried again as well: by then the newer wish is what is sent. If not, the host knows
 * more than we do, and that must not stay unseen (F-157).
 */
function failure(answer: SubscriptionResult, ofHost: Answer['errors']) {
  const [first] = [...answer.errors, ...ofHost]
  if (!first) return { error: 'The host did not do it and gave no reason.' }
  if (first.code === 'stale') return { error: 'The host has a newer version of it.' }
  return { error: first.text, ...saidOf(first) }
}

const saidOf = ({ said }: Failure) => (said ? { said } : {})
