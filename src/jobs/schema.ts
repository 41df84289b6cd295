import { sql } from 'drizzle-orm'
import {
  bigint,
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
import { moment, reference } from '../db/columns.ts'

/** parked: needs a person; it shows its reason and a Retry button */
export const jobState = pgEnum('job_state', ['waiting', 'running', 'parked', 'done', 'cancelled'])
export type JobState = (typeof jobState.enumValues)[number]

const columns = {
  kind: text().notNull(),
  /** one waiting job per kind and key */
  key: text().notNull(),
  /** ids only, never a secret, nothing that can go stale */
  payload: jsonb().$type<Record<string, unknown>>().notNull(),
  /** null: needs no host */
  hostId: reference(),
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
  /** grows with each claim: a finish with an older one is refused */
  lease: integer().notNull().default(0),
  /** last error or why it is parked, masked, for people */
  reason: text().notNull().default(''),
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
    index('jobs_ready').on(t.hostId, t.priority, t.runAt, t.id).where(sql`state = 'waiting'`),
    index('jobs_leases').on(t.leaseUntil).where(sql`state = 'running'`),
    index('jobs_by_host_running').on(t.hostId).where(sql`state = 'running'`),
    index().on(t.subscriptionId, t.id),
    index().on(t.accountId, t.id),
    index().on(t.batchId),
  ],
)

export type Job = typeof jobs.$inferSelect

export const finishedJobs = pgTable(
  'finished_jobs',
  { id: bigint({ mode: 'number' }).primaryKey(), ...columns },
  (t) => [
    index().on(t.subscriptionId, t.id),
    index().on(t.accountId, t.id),
    index().on(t.hostId, t.id),
    index().on(t.finishedAt),
    index().on(t.batchId),
  ],
)

/** One attempt at a job; `run` counts from 1. */
export const jobRuns = pgTable(
  'job_runs',
  {
    jobId: reference().notNull(),
    run: integer().notNull(),
    runner: uuid().notNull(),
    startedAt: moment().notNull().defaultNow(),
    finishedAt: moment(),
    /** done · failed · waiting (host away) · lost (runner died) */
    outcome: text(),
    error: text().notNull().default(''),
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
