import { and, eq, inArray, type SQLWrapper } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { mayChange } from '../audit/roles.ts'
import type { Db, Transaction } from '../db/database.ts'
import { NotFound } from '../errors.ts'
import { type FinishedJob, finishedJobs, type Job, jobs } from './schema.ts'

/**
 * Which accounts' jobs may be seen; `visibleAccountIds(db, actor)` or, for an admin, `null`: also
 * those that belong to nobody. Handed in, because accounts may ask for jobs and not the other way.
 */
export type Scope = SQLWrapper | null

/** Customers see what is done for them, whoever sells to them may start it again or cancel it. */
export const mayRun = (actor: Actor): boolean =>
  actor.kind !== 'customer' && mayChange(actor, 'hosting')

/** Open or ended. */
export async function findJob(db: Db, scope: Scope, id: number): Promise<Job | FinishedJob> {
  const [open] = await db
    .select()
    .from(jobs)
    .where(visible(jobs, scope, id))
  if (open) return open
  return only(
    await db
      .select()
      .from(finishedJobs)
      .where(visible(finishedJobs, scope, id)),
  )
}

/** The job if it is still open; undefined when it has ended. */
export async function lockJob(tx: Transaction, scope: Scope, id: number): Promise<Job | undefined> {
  const [open] = await tx
    .select()
    .from(jobs)
    .where(visible(jobs, scope, id))
    .for('update')
  if (!open)
    only(
      await tx
        .select()
        .from(finishedJobs)
        .where(visible(finishedJobs, scope, id)),
    )
  return open
}

export const inScope = (table: typeof jobs | typeof finishedJobs, scope: Scope) =>
  scope === null ? undefined : inArray(table.accountId, scope)

function visible(table: typeof jobs | typeof finishedJobs, scope: Scope, id: number) {
  return and(eq(table.id, id), inScope(table, scope))
}

function only<Row>([row]: Row[]): Row {
  if (!row) throw new NotFound()
  return row
}
