import { eq, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Database } from '../db/database.ts'
import { Conflict, Forbidden } from '../errors.ts'
import { lockJob, mayRun, type Scope } from './access.ts'
import { jobs } from './schema.ts'

/** The button "Retry": what is parked or waits for its next try starts now, and afresh. */
export async function runAgain(db: Database, actor: Actor, scope: Scope, id: number) {
  await db.transaction(async (tx) => {
    const job = await lockJob(tx, scope, id)
    if (!mayRun(actor)) throw new Forbidden('Only your provider can do this.')
    if (!job) throw new Conflict('This job has ended already.')
    if (job.state === 'running') return

    await tx
      .update(jobs)
      .set({ state: 'waiting', runAt: sql`now()`, attempts: 0, crashes: 0, reason: '', said: null })
      .where(eq(jobs.id, id))
    await record(tx, actor, {
      action: 'job.retried',
      object: { kind: 'job', id, name: job.kind },
      accountId: job.accountId,
    })
  })
}
