import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import type { Db, Transaction } from '../db/database.ts'
import { NotFound } from '../errors.ts'
import type { Scope } from './access.ts'
import { type Batch, batches, finishedJobs, type JobState, jobs } from './schema.ts'

type Wish = Pick<Batch, 'kind' | 'title' | 'accountId' | 'count'> &
  Partial<Pick<Batch, 'of' | 'undoes'>>

/** Before its jobs are made, in the transaction that makes them. Returns its number. */
export async function openBatch(tx: Transaction, actor: Actor, wish: Wish): Promise<number> {
  const actorName = actor.impersonator?.loginName ?? actor.loginName
  const [batch] = await tx
    .insert(batches)
    .values({ ...wish, actorName })
    .returning({ id: batches.id })
  return batch!.id
}

export async function findBatch(db: Db, scope: Scope, id: number): Promise<Batch> {
  const visible = scope === null ? undefined : inArray(batches.accountId, scope)
  const [batch] = await db
    .select()
    .from(batches)
    .where(and(eq(batches.id, id), visible))
  if (!batch) throw new NotFound()
  return batch
}

/** later: a later change asked for the same, so that it is done with that one */
export type Standing = Record<JobState | 'later', number>

/** How many of its jobs are how far. */
export async function standingOf(db: Db, { id, count }: Batch): Promise<Standing> {
  const rows = await db.execute<{ state: JobState; count: number }>(sql`
    select state, count(*)::integer as count from (
      select state from ${jobs} where batch_id = ${id}
      union all select state from ${finishedJobs} where batch_id = ${id}) as of_batch
    group by state`)
  const told = Object.fromEntries(rows.map((row) => [row.state, row.count]))
  const sum = rows.reduce((all, row) => all + row.count, 0)
  const none = { waiting: 0, running: 0, parked: 0, done: 0, cancelled: 0 }
  return { ...none, ...told, later: Math.max(count - sum, 0) }
}
