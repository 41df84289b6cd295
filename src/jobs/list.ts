import { and, desc, eq, lt, type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import { unionAll } from 'drizzle-orm/pg-core'
import type { Db } from '../db/database.ts'
import { type Days, within } from '../db/days.ts'
import { amongWritten } from '../db/many.ts'
import { counted, having, type Some, some } from '../db/some.ts'
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

export const openStates = ['parked', 'running', 'waiting'] as const

/** How many are open, by state. */
export async function countOpen(
  db: Db,
  scope: Scope,
): Promise<Record<(typeof openStates)[number], Some>> {
  const counts = openStates.map((state) => {
    // in the words of its index
    const own = and(sql`${jobs.state} = '${sql.raw(state)}'`, inScope(jobs, scope))
    return sql`${counted(sql`select from ${jobs} where ${own}`)} as ${sql.identifier(state)}`
  })
  const [row] = await db.execute<Record<(typeof openStates)[number], number>>(
    sql`select ${sql.join(counts, sql`, `)}`,
  )
  const { parked, running, waiting } = row!
  return { parked: some(parked), running: some(running), waiting: some(waiting) }
}

/** How many wait for the host of a statement to be ready. */
export const waitingFor = (host: SQLWrapper, scope: Scope): SQL<Some> =>
  counted(
    sql`select from ${jobs} where ${and(sql`${jobs.state} = 'waiting'`, inScope(jobs, scope))}
      and ${having(host, jobs.place)}`,
  ).mapWith(some)

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
