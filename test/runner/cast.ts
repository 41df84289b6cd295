import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import type { Database } from '../../src/db/database.ts'
import type { Hosts } from '../../src/hosts/connection/hosts.ts'
import type { Outcome } from '../../src/jobs/outcome.ts'
import { type Handler, handle, type Run } from '../../src/runner/handler.ts'
import { type Runner, type RunnerOptions, startRunner } from '../../src/runner/runner.ts'
import { sweep } from '../jobs/cast.ts'

const nobody = () => Promise.reject(new Error('There are no hosts here'))

export const noHosts: Hosts = {
  open: nobody,
  hostKey: nobody,
  enter: nobody,
  drop: () => {},
  close: async () => {},
}

type Room = Run<{ room: number }>

/** Sweeps rooms as told; a handler of the real kind, with nothing behind it. */
export const sweeper = (work: (runs: Room[]) => Promise<Outcome> | Outcome): Handler =>
  handle(sweep, async (runs) => {
    const outcome = await work(runs)
    return new Map(runs.map((run) => [run.job.id, outcome]))
  })

export const done: Outcome = { kind: 'done' }

/** Starts a runner that polls so seldom that only a wake can start it in a test's time. */
export async function running(
  url: string,
  handlers: Handler[],
  options: Partial<RunnerOptions> = {},
): Promise<Runner & AsyncDisposable> {
  const report = () => {}
  const runner = await startRunner({
    url,
    handlers,
    hosts: noHosts,
    sealingKey: Buffer.alloc(32),
    report,
    pollMilliseconds: 60_000,
    ...options,
  })
  return { ...runner, [Symbol.asyncDispose]: () => runner.stop(100) }
}

/** Asks again and again until it is so; the test's own time limit ends it. */
export async function until(holds: () => boolean | Promise<boolean>) {
  while (!(await holds())) await pause(3)
}

/** Until no work is left but what is parked or not due. */
export const untilIdle = (db: Database) =>
  until(async () => {
    const [row] = await db.execute<{ idle: boolean }>(
      sql`select not exists (select from jobs
        where state = 'running' or (state = 'waiting' and run_at <= now())) as idle`,
    )
    return row!.idle
  })
