import { eq, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Database, Transaction } from '../db/database.ts'
import { Conflict, Forbidden } from '../errors.ts'
import { lockJob, mayRun, type Scope } from './access.ts'
import { archive } from './archive.ts'
import { type Job, jobs } from './schema.ts'

/**
 * F-160: what waits is gone at once. What runs finishes the document it is at, because a host is not
 * left half done; then it is not tried again. What is wanted stays wanted either way.
 */
export async function cancel(
  db: Database,
  actor: Actor,
  scope: Scope,
  id: number,
): Promise<{ running: boolean }> {
  return db.transaction(async (tx) => {
    const job = await lockJob(tx, scope, id)
    if (!mayRun(actor)) throw new Forbidden('Only your provider can do this.')
    if (!job) throw new Conflict('It is too late: this job has ended already.')
    const running = job.state === 'running'
    if (job.cancelAsked) return { running }

    await end(tx, job)
    await record(tx, actor, {
      action: 'job.cancelled',
      object: { kind: 'job', id, name: job.kind },
      accountId: job.accountId,
    })
    return { running }
  })
}

async function end(tx: Transaction, { id, state }: Job) {
  if (state === 'running') {
    await tx.update(jobs).set({ cancelAsked: true }).where(eq(jobs.id, id))
  } else {
    await tx.execute(archive('cancelled', sql`where id = ${id}`, { reason: sql`'Cancelled.'` }))
  }
}
