import { eq, type SQL, sql } from 'drizzle-orm'
import type { Said } from '../contract/said.ts'
import type { Transaction } from '../db/database.ts'
import { finishedChannel } from './archive.ts'
import type { Undone } from './outcome.ts'
import { presentable, presentableSaid } from './output.ts'
import { type Job, jobs } from './schema.ts'

/** A job in which so many runners died may be what kills them. */
const mostCrashes = 3

type Next = { reason: string; said?: Said | null; attempts?: number; crashes?: number } & (
  | { state: 'parked' }
  | { state: 'waiting'; runAt: SQL }
)

/** A run that did not end its job leaves it waiting or parked, with the reason for people. */
export async function putBack(tx: Transaction, job: Job, undone: Undone) {
  const next = after(job, undone)
  await tx
    .update(jobs)
    .set({
      ...next,
      reason: presentable(next.reason),
      said: presentableSaid(next.said),
      lockedBy: null,
      leaseUntil: null,
    })
    .where(eq(jobs.id, job.id))
  // Nobody need wait any longer for what needs a person.
  if (next.state === 'parked') {
    await tx.execute(sql`select pg_notify(${finishedChannel}, ${String(job.id)})`)
  }
}

function after(job: Job, undone: Undone): Next {
  switch (undone.kind) {
    case 'retry':
      return { ...afterFailure(job, undone.error), said: undone.said ?? null }
    case 'park':
      return {
        state: 'parked',
        reason: undone.reason,
        said: undone.said ?? null,
        attempts: job.attempts + 1,
      }
    case 'wait':
      // The host's own back-off says when; this is for one that is merely busy.
      return { state: 'waiting', reason: undone.reason, runAt: seconds(sql`2 + 3 * random()`) }
    case 'lost':
      return afterCrash(job)
    case 'returned':
      return { state: 'waiting', reason: job.reason, said: job.said, runAt: sql`now()` }
  }
}

/** Twice as long each time, up to ten minutes, and never at one moment with others (F-149). */
function afterFailure(job: Job, reason: string): Next {
  const attempts = job.attempts + 1
  if (attempts >= job.maxAttempts) return { state: 'parked', reason, attempts }
  const runAt = seconds(sql`least(600, power(2, ${attempts}::integer)) * (0.5 + random() / 2)`)
  return { state: 'waiting', reason, attempts, runAt }
}

function afterCrash(job: Job): Next {
  const crashes = job.crashes + 1
  const reason =
    crashes === 1 ? 'The runner stopped while at it.' : 'The runner stopped while at it, again.'
  return crashes >= mostCrashes
    ? { state: 'parked', reason: 'Three times the runner stopped while at it.', crashes }
    : { state: 'waiting', reason, crashes, runAt: sql`now()` }
}

const seconds = (count: SQL): SQL => sql`now() + make_interval(secs => ${count})`
