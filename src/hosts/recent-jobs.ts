import { and, asc, desc, eq, inArray, isNull } from 'drizzle-orm'
import type { Db } from '../db/database.ts'
import { finishedJobs, type Job, jobSteps, jobs } from '../jobs/schema.ts'
import { kindLabels } from '../jobs/words.ts'

export interface RecentJob
  extends Pick<Job, 'id' | 'kind' | 'state' | 'reason' | 'createdAt' | 'finishedAt'> {
  /** English; the template translates it */
  label: string
  /** of its last run */
  steps: { name: string; milliseconds: number; exitCode: number | null; output: string }[]
}

const most = 5

/** What was or is to be done to the host itself, open ones first, then the newest; its subscriptions' jobs are in the list of jobs. */
export async function recentJobs(db: Db, hostId: number): Promise<RecentJob[]> {
  const [open, ended] = await Promise.all([
    db
      .select()
      .from(jobs)
      .where(and(eq(jobs.hostId, hostId), isNull(jobs.subscriptionId)))
      .orderBy(desc(jobs.id))
      .limit(most),
    db
      .select()
      .from(finishedJobs)
      .where(and(eq(finishedJobs.hostId, hostId), isNull(finishedJobs.subscriptionId)))
      .orderBy(desc(finishedJobs.id))
      .limit(most),
  ])
  const found = [...open, ...ended].slice(0, most)
  const steps = await db
    .select()
    .from(jobSteps)
    .where(
      inArray(
        jobSteps.jobId,
        found.map(({ id }) => id),
      ),
    )
    .orderBy(asc(jobSteps.number))
  return found.map((job) => ({
    ...job,
    label: kindLabels[job.kind] ?? job.kind,
    steps: ofLastRun(steps, job.id),
  }))
}

function ofLastRun(steps: (typeof jobSteps.$inferSelect)[], jobId: number) {
  const own = steps.filter((step) => step.jobId === jobId)
  const last = Math.max(...own.map(({ run }) => run))
  return own.filter(({ run }) => run === last)
}
