import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import type { Said } from '../contract/said.ts'
import { id, moment, reference } from '../db/columns.ts'

/** parked: needs a person; it shows its reason and a Retry button */
export const jobState = pgEnum('job_state', ['waiting', 'running', 'parked', 'done', 'cancelled'])
export type JobState = (typeof jobState.enumValues)[number]

const columns = {
  kind: text().notNull(),
  /** one waiting job per kind and key */
  key: text().notNull(),
  /** ids only, never a secret, nothing that can go stale */
  payload: jsonb().$type<Record<string, unknown>>().notNull(),
  /** the host it is about */
  hostId: reference(),
  /** the host that must be online for it, and whose limit counts; 0: none */
  place: reference().notNull().default(0),
  /** smaller first: 0 interactive, 10 bulk */
  priority: smallint().notNull().default(0),
  state: jobState().notNull().default('waiting'),
  runAt: moment().notNull().defaultNow(),
  /** runs that ended in an error since somebody last asked for it */
  attempts: smallint().notNull().default(0),
  /** runs whose runner died; three park it */
  crashes: smallint().notNull().default(0),
  maxAttempts: smallint().notNull().default(12),
  lockedBy: uuid(),
  leaseUntil: moment(),
  /** grows with each claim and so numbers the runs; a finish with an older one is refused (F-144) */
  lease: integer().notNull().default(0),
  /** somebody asked to cancel it while it ran (F-160) */
  cancelAsked: boolean().notNull().default(false),
  /** last error or why it is parked, masked, for people */
  reason: text().notNull().default(''),
  /** the same, where a host said it in a code: it is told in the reader's language */
  said: jsonb().$type<Said>(),
  /** the account it is done for: who may see it is who may see that */
  accountId: reference(),
  subscriptionId: reference(),
  batchId: reference(),
  actorName: text().notNull().default(''),
  createdAt: moment().notNull().defaultNow(),
  startedAt: moment(),
  finishedAt: moment(),
}

/** Open work only: what has ended moves to `finished_jobs`, so that claiming stays fast (F-186). */
export const jobs = pgTable(
  'jobs',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    ...columns,
  },
  (t) => [
    uniqueIndex('jobs_one_waiting').on(t.kind, t.key).where(sql`state in ('waiting', 'parked')`),
    uniqueIndex('jobs_one_running').on(t.kind, t.key).where(sql`state = 'running'`),
    index('jobs_ready')
      .on(t.place, t.kind, t.priority, t.runAt, t.id)
      .where(sql`state = 'waiting'`),
    index('jobs_parked').on(t.accountId).where(sql`state = 'parked'`),
    index('jobs_of_batch').on(t.batchId).where(sql`batch_id is not null`),
    // for the page of its owner, which renews itself: 100,000 of others may be open
    index('jobs_of_account').on(t.accountId, t.id).where(sql`account_id is not null`),
    // few, however many are open
    index('jobs_of_host').on(t.hostId, t.id).where(sql`subscription_id is null`),
  ],
)

export type Job = typeof jobs.$inferSelect

export const finishedJobs = pgTable(
  'finished_jobs',
  { id: bigint({ mode: 'number' }).primaryKey(), ...columns },
  (t) => [
    index('finished_jobs_of_subscription')
      .on(t.subscriptionId, t.id)
      .where(sql`subscription_id is not null`),
    index('finished_jobs_of_account').on(t.accountId, t.id).where(sql`account_id is not null`),
    index('finished_jobs_of_batch').on(t.batchId).where(sql`batch_id is not null`),
    index('finished_jobs_of_host')
      .on(t.hostId, t.id)
      .where(sql`subscription_id is null and host_id is not null`),
    index('finished_jobs_by_time').on(t.finishedAt),
    index('finished_jobs_by_creation').using('brin', t.createdAt),
  ],
)

export type FinishedJob = typeof finishedJobs.$inferSelect

/**
 * An attempt that did not end its job; `run` is the lease it had. The one that ended it is told by
 * the job's own row, so that work which goes well costs no further row.
 */
export const jobRuns = pgTable(
  'job_runs',
  {
    jobId: reference().notNull(),
    run: integer().notNull(),
    runner: uuid().notNull(),
    startedAt: moment().notNull(),
    finishedAt: moment().notNull().defaultNow(),
    outcome: text().$type<'failed' | 'lost'>().notNull(),
    /** masked */
    error: text().notNull().default(''),
    said: jsonb().$type<Said>(),
  },
  (t) => [primaryKey({ columns: [t.jobId, t.run] })],
)

export const jobSteps = pgTable(
  'job_steps',
  {
    jobId: reference().notNull(),
    run: integer().notNull(),
    number: integer().notNull(),
    name: text().notNull(),
    /** where it was done: a host's name, or `panel` */
    place: text().notNull(),
    milliseconds: integer().notNull(),
    exitCode: integer(),
    /** masked and capped */
    output: text().notNull().default(''),
  },
  (t) => [primaryKey({ columns: [t.jobId, t.run, t.number] })],
)

/** The jobs that one change asked for together, and how many those were: its receipt. */
export const batches = pgTable(
  'batches',
  {
    id: id(),
    /** what it was, see words.ts */
    kind: text().notNull(),
    /** what it was done to, as it was called then */
    title: text().notNull(),
    /** who may see it is who may see this account */
    accountId: reference(),
    actorName: text().notNull(),
    count: integer().notNull(),
    /** what its items are (bulk/schema.ts); null: it has none */
    of: text().$type<'account' | 'subscription'>(),
    /** the batch whose items it brought back to their former state */
    undoes: reference(),
    createdAt: moment().notNull().defaultNow(),
  },
  (t) => [index().on(t.accountId, t.id), index().on(t.createdAt)],
)

export type Batch = typeof batches.$inferSelect

/** When each periodic task began last, by any process. */
export const scheduleRuns = pgTable('schedule_runs', {
  task: text().primaryKey(),
  startedAt: moment().notNull(),
})
