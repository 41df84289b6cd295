import { eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import { systemActor } from '../../src/audit/actor.ts'
import type { Database } from '../../src/db/database.ts'
import { hosts } from '../../src/hosts/schema.ts'
import { claim, type Room } from '../../src/jobs/claim.ts'
import { enqueue, interactive } from '../../src/jobs/enqueue.ts'
import { jobKind } from '../../src/jobs/kind.ts'
import { finishedJobs, jobs } from '../../src/jobs/schema.ts'

export const sweep = jobKind('test.sweep', {
  payload: z.strictObject({ room: z.int() }),
  key: ({ room }) => String(room),
  maxAttempts: 3,
})

export const paint = jobKind('test.paint', {
  payload: z.strictObject({ room: z.int() }),
  key: ({ room }) => String(room),
  maxAttempts: 3,
})

export const boss = systemActor('schedule')
export const north = '00000000-0000-4000-8000-000000000001'
export const south = '00000000-0000-4000-8000-000000000002'

export const anyRoom: Room = { jobs: 100, perLane: 100, lanes: [] }

export async function addHost(
  db: Database,
  name: string,
  values: Partial<typeof hosts.$inferInsert> = {},
) {
  const [host] = await db
    .insert(hosts)
    .values({ name, kind: 'sandbox', state: 'online', ...values })
    .returning()
  return host!.id
}

export const ask = (
  db: Database,
  room: number,
  hostId: number | null = null,
  { kind = sweep, priority = interactive } = {},
) => db.transaction((tx) => enqueue(tx, boss, { kind, payload: { room }, hostId, priority }))

/** The rooms whose jobs a runner gets. */
export async function claimRooms(db: Database, runner = north, room: Partial<Room> = {}) {
  const claimed = await claim(db, runner, { ...anyRoom, ...room })
  return claimed.map((job) => (job.payload as { room: number }).room).sort((a, b) => a - b)
}

/** The job as it is; undefined once it has left the hot table. */
export async function openJob(db: Database, id: number) {
  const [job] = await db.select().from(jobs).where(eq(jobs.id, id))
  return job
}

export async function endedJob(db: Database, id: number) {
  const [job] = await db.select().from(finishedJobs).where(eq(finishedJobs.id, id))
  return job
}

export const empty = (db: Database) =>
  db.execute(sql`truncate jobs, finished_jobs, job_runs, job_steps, hosts restart identity cascade`)

/** As if so many seconds had gone by for all jobs: no test waits for a clock. */
export const age = (db: Database, seconds: number) =>
  db.execute(sql`update jobs set
    run_at = run_at - make_interval(secs => ${seconds}),
    lease_until = lease_until - make_interval(secs => ${seconds})`)
