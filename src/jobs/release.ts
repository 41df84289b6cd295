import { and, eq, inArray, type SQL, sql } from 'drizzle-orm'
import type { Database, Transaction } from '../db/database.ts'
import { codeOf, uniqueViolation } from '../db/failure.ts'
import { archive } from './archive.ts'
import type { Held, Undone } from './outcome.ts'
import { presentable, presentableSaid } from './output.ts'
import { putBack } from './put-back.ts'
import { type Job, jobRuns, jobSteps, jobs } from './schema.ts'
import { type Run, storedSteps } from './steps.ts'

/**
 * Gives up a run that did not end its job: it waits again, is parked, or goes when somebody asked to
 * cancel it or newer work of the same key waits already.
 *
 * @param runner null: whoever had it, once its lease is over
 * @returns whether it still was that runner's, and that run of it (F-144)
 */
export async function release(
  db: Database,
  runner: string | null,
  run: Run,
  undone: Undone,
): Promise<boolean> {
  try {
    return await db.transaction((tx) => tryRelease(tx, runner, run, undone))
  } catch (error) {
    // Newer work of its key was asked for in the same moment; now it can be seen.
    if (codeOf(error) !== uniqueViolation) throw error
    return db.transaction((tx) => tryRelease(tx, runner, run, undone))
  }
}

async function tryRelease(tx: Transaction, runner: string | null, run: Run, undone: Undone) {
  // Somebody may be asking for the same work in a long transaction; other results wait behind us.
  await tx.execute(sql`set local lock_timeout = '1s'`)
  const [job] = await tx.select().from(jobs).where(held(run, runner)).for('update')
  if (!job) return false

  await recordRun(tx, job, run, undone)
  const reason = job.cancelAsked ? 'Cancelled while it ran.' : await replaced(tx, job)
  if (reason === undefined) await putBack(tx, job, undone)
  else await tx.execute(archive('cancelled', sql`where id = ${job.id}`, { reason: sql`${reason}` }))
  return true
}

function held({ id, lease }: Held, runner: string | null): SQL | undefined {
  const whose = runner === null ? sql`lease_until < now()` : eq(jobs.lockedBy, runner)
  return and(eq(jobs.id, id), eq(jobs.lease, lease), eq(jobs.state, 'running'), whose)
}

/**
 * That a host was away is told by the host; that a runner stopped, nobody needs to know. Such a run is
 * none, and what was told of it while it went on is taken back.
 */
async function recordRun(tx: Transaction, job: Job, run: Run, undone: Undone) {
  if (undone.kind === 'wait' || undone.kind === 'returned') {
    await tx.delete(jobSteps).where(and(eq(jobSteps.jobId, job.id), eq(jobSteps.run, job.lease)))
    return
  }
  await tx.insert(jobRuns).values({
    jobId: job.id,
    run: job.lease,
    runner: job.lockedBy!,
    startedAt: job.startedAt!,
    outcome: undone.kind === 'lost' ? 'lost' : 'failed',
    error: presentable(errorOf(undone)),
    said: presentableSaid('said' in undone ? undone.said : null),
  })
  if (run.steps.length > (run.told ?? 0)) {
    const ended = sql`select ${job.id}::bigint as id, ${job.lease}::integer as lease`
    await tx.execute(sql`with ended as (${ended})${storedSteps([run])} select`)
  }
}

function errorOf(undone: Undone): string {
  if (undone.kind === 'retry') return undone.error
  return undone.kind === 'park' ? undone.reason : ''
}

async function replaced(tx: Transaction, { kind, key }: Job): Promise<string | undefined> {
  const open = inArray(jobs.state, ['waiting', 'parked'])
  const [newer] = await tx
    .select({ id: jobs.id })
    .from(jobs)
    .where(and(eq(jobs.kind, kind), eq(jobs.key, key), open))
  return newer && 'A newer job for the same work took its place.'
}
