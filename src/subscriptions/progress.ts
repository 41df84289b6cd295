import { and, asc, desc, eq, max, sql } from 'drizzle-orm'
import type { Said } from '../contract/said.ts'
import type { Db } from '../db/database.ts'
import { hosts } from '../hosts/schema.ts'
import { finishedJobs, jobSteps, jobs } from '../jobs/schema.ts'
import { applySubscription } from './jobs.ts'
import type { Subscription } from './schema.ts'

/**
 * done: the host is as wanted · waiting: its turn, or its host, has not come · retrying: it failed
 * and is tried again by itself · running · parked: a person must look · stopped: nothing is under way
 * though something is to do, for its job was cancelled
 */
export type ProgressState = 'done' | 'waiting' | 'retrying' | 'running' | 'parked' | 'stopped'

export interface ProgressStep {
  name: string
  place: string
  milliseconds: number
  failed: boolean
}

export interface Progress {
  state: ProgressState
  /** why it waits or stands still, for people */
  reason: string
  said: Said | null
  host: string
  /** the last one, open or ended */
  jobId: number | null
  steps: ProgressStep[]
}

/** How far the host is behind what is wanted, in words a customer understands. */
export async function latestJob(db: Db, subscription: Subscription): Promise<Progress> {
  const [host, job] = await Promise.all([hostOf(db, subscription), jobOf(db, subscription.id)])
  const steps = job ? await stepsOf(db, job.id) : []
  const told = { host: host.name, jobId: job?.id ?? null, steps }
  if (!job?.open) {
    const done = subscription.appliedGeneration === subscription.generation
    const reason = done ? '' : (job?.reason ?? '')
    return { ...told, state: done ? 'done' : 'stopped', reason, said: null }
  }
  const state = openState(job)
  if (state === 'waiting' && host.away) return { ...told, state, reason: host.away, said: null }
  return { ...told, state, reason: job.reason, said: job.said }
}

interface Seen {
  id: number
  state: string
  reason: string
  said: Said | null
  attempts: number
  open: boolean
}

function openState({ state, attempts }: Seen): ProgressState {
  if (state === 'running' || state === 'parked') return state
  return attempts > 0 ? 'retrying' : 'waiting'
}

/** Running and waiting may be two: the one that waits is the one that says the last word. */
async function jobOf(db: Db, subscriptionId: number): Promise<Seen | undefined> {
  const { name, key } = applySubscription
  // By its key, for which there are two indexes: however many are open, none but its own is looked at.
  const own = and(
    eq(jobs.kind, name),
    eq(jobs.key, key({ subscriptionId })),
    sql`(${jobs.state} in ('waiting', 'parked') or ${jobs.state} = 'running')`,
  )
  const columns = (table: typeof jobs | typeof finishedJobs) => ({
    id: table.id,
    state: table.state,
    reason: table.reason,
    said: table.said,
    attempts: table.attempts,
  })
  const both = await db.select(columns(jobs)).from(jobs).where(own)
  const open = both.toSorted((one, other) => other.id - one.id)[0]
  if (open) return { ...open, open: true }
  const [ended] = await db
    .select(columns(finishedJobs))
    .from(finishedJobs)
    .where(and(eq(finishedJobs.subscriptionId, subscriptionId), eq(finishedJobs.kind, name)))
    .orderBy(desc(finishedJobs.id))
    .limit(1)
  return ended && { ...ended, open: false }
}

/** `away`: why no job goes there now, '' when it does (F-150). */
async function hostOf(db: Db, { hostId }: Subscription): Promise<{ name: string; away: string }> {
  const [host] = await db.select().from(hosts).where(eq(hosts.id, hostId))
  if (!host) return { name: '', away: '' }
  return { name: host.name, away: host.state === 'online' ? '' : host.stateReason }
}

/** Of its last run. */
async function stepsOf(db: Db, jobId: number): Promise<ProgressStep[]> {
  const last = db
    .select({ run: max(jobSteps.run) })
    .from(jobSteps)
    .where(eq(jobSteps.jobId, jobId))
  const rows = await db
    .select()
    .from(jobSteps)
    .where(and(eq(jobSteps.jobId, jobId), eq(jobSteps.run, last)))
    .orderBy(asc(jobSteps.number))
  return rows.map(({ name, place, milliseconds, exitCode }) => ({
    name,
    place,
    milliseconds,
    failed: exitCode !== null && exitCode !== 0,
  }))
}
