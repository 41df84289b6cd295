import { asc, eq } from 'drizzle-orm'
import type { Said } from '../contract/said.ts'
import type { Db } from '../db/database.ts'
import { type FinishedJob, type Job, jobRuns, jobSteps } from './schema.ts'
import { outcomeWords } from './words.ts'

export type ShownStep = Pick<
  typeof jobSteps.$inferSelect,
  'name' | 'place' | 'milliseconds' | 'exitCode' | 'output'
>

export interface ShownRun {
  run: number
  outcome: keyof typeof outcomeWords
  status: (typeof outcomeWords)[keyof typeof outcomeWords]
  startedAt: Date
  finishedAt: Date | null
  error: string
  said: Said | null
  steps: ShownStep[]
}

/** Each attempt at a job, the latest first. One that only found its host away is none. */
export async function history(db: Db, job: Job | FinishedJob): Promise<ShownRun[]> {
  const [past, steps] = await Promise.all([
    db.select().from(jobRuns).where(eq(jobRuns.jobId, job.id)).orderBy(asc(jobRuns.run)),
    db
      .select()
      .from(jobSteps)
      .where(eq(jobSteps.jobId, job.id))
      .orderBy(asc(jobSteps.run), asc(jobSteps.number)),
  ])
  const runs = [...past, ...lastRun(job, past)]
  return runs
    .map((run) => ({
      ...run,
      status: outcomeWords[run.outcome],
      steps: steps.filter((step) => step.run === run.run),
    }))
    .toReversed()
}

/** The run that is under way or ended the job is told by the job's own row. */
function lastRun(
  job: Job | FinishedJob,
  past: { run: number }[],
): Omit<ShownRun, 'steps' | 'status'>[] {
  const { state, lease: run, startedAt, finishedAt } = job
  const told = past.some((one) => one.run === run)
  if (told || !startedAt || state === 'waiting' || state === 'parked') return []
  return [{ run, outcome: state, startedAt, finishedAt, error: '', said: null }]
}
