import { and, desc, eq, lt, type SQL, sql } from 'drizzle-orm'
import { unionAll } from 'drizzle-orm/pg-core'
import type { Db } from '../db/database.ts'
import { type Days, within } from '../db/days.ts'
import { amongWritten } from '../db/many.ts'
import { inScope, type Scope } from './access.ts'
import { finishedJobs, type Job, type JobState, jobs } from './schema.ts'

export interface JobFilters extends Partial<Days> {
  state?: JobState | undefined
  kind?: string | undefined
  host?: number | undefined
  subscription?: number | undefined
  batch?: number | undefined
  account?: number | undefined
  /** of these subscriptions, as Postgres writes an array */
  among?: string | undefined
}

/** Where a page of the list begins: open ones come first, each part from the newest down. */
export interface Place {
  open: boolean
  id: number
}

export type ListedJob = Pick<
  Job,
  | 'id'
  | 'kind'
  | 'state'
  | 'reason'
  | 'said'
  | 'hostId'
  | 'subscriptionId'
  | 'actorName'
  | 'attempts'
  | 'createdAt'
  | 'runAt'
  | 'startedAt'
  | 'finishedAt'
> & { open: boolean }

/** What is open before what has ended; each half is read by its own index, however much has ended. */
export function listJobs(
  db: Db,
  scope: Scope,
  filters: JobFilters,
  after: Place | undefined,
  limit: number,
): Promise<ListedJob[]> {
  const half = (table: typeof jobs | typeof finishedJobs, open: boolean, place: SQL | undefined) =>
    db
      .select(columns(table, open))
      .from(table)
      .where(and(inScope(table, scope), matches(table, filters), place))
      .orderBy(desc(table.id))
      .limit(limit)
  const id = after?.id ?? 0
  const opened = after && (after.open ? lt(jobs.id, id) : sql`false`)
  const ended = after && !after.open ? lt(finishedJobs.id, id) : undefined
  return unionAll(half(jobs, true, opened), half(finishedJobs, false, ended))
    .orderBy(sql`open desc, id desc`)
    .limit(limit)
}

/** How many are open, by state. */
export async function countOpen(db: Db, scope: Scope): Promise<Record<string, number>> {
  const rows = await db
    .select({ state: jobs.state, count: sql<number>`count(*)::integer` })
    .from(jobs)
    .where(inScope(jobs, scope))
    .groupBy(jobs.state)
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]))
}

/** How many wait for each host to be ready; `hostId` is that host. */
export function countWaiting(db: Db, scope: Scope) {
  return db
    .select({ hostId: jobs.place, count: sql<number>`count(*)::integer` })
    .from(jobs)
    .where(and(inScope(jobs, scope), eq(jobs.state, 'waiting'), sql`${jobs.place} <> 0`))
    .groupBy(jobs.place)
}

function matches(table: typeof jobs | typeof finishedJobs, filters: JobFilters): SQL | undefined {
  return and(
    filters.state && eq(table.state, filters.state),
    filters.kind ? eq(table.kind, filters.kind) : undefined,
    filters.host ? eq(table.hostId, filters.host) : undefined,
    filters.subscription ? eq(table.subscriptionId, filters.subscription) : undefined,
    filters.batch ? eq(table.batchId, filters.batch) : undefined,
    filters.account ? eq(table.accountId, filters.account) : undefined,
    filters.among === undefined ? undefined : amongWritten(table.subscriptionId, filters.among),
    ...within(table.createdAt, { timeZone: 'UTC', ...filters }),
  )
}

const columns = (table: typeof jobs | typeof finishedJobs, open: boolean) => ({
  id: table.id,
  kind: table.kind,
  state: table.state,
  reason: table.reason,
  said: table.said,
  hostId: table.hostId,
  subscriptionId: table.subscriptionId,
  actorName: table.actorName,
  attempts: table.attempts,
  createdAt: table.createdAt,
  runAt: table.runAt,
  startedAt: table.startedAt,
  finishedAt: table.finishedAt,
  open: sql<boolean>`${sql.raw(String(open))}`.as('open'),
})
