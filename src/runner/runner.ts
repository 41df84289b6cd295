import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { connect, type Database, disconnect } from '../db/database.ts'
import type { Hosts } from '../hosts/connection/hosts.ts'
import { leaseSeconds } from '../jobs/claim.ts'
import type { Held } from '../jobs/outcome.ts'
import { release } from '../jobs/release.ts'
import type { Handler, Tools } from './handler.ts'
import { startHeartbeat } from './heartbeat.ts'
import type { Observe } from './moment.ts'
import { fixedPace, usualPace } from './pace.ts'
import { type Report, reportToConsole } from './report.ts'
import { resultStore } from './results.ts'
import { startSchedule, type Task } from './schedule.ts'
import { startWork } from './work.ts'

export interface RunnerOptions {
  /** connections of its own, so that busy pages do not hold up the work nor the other way (F-181) */
  url: string
  handlers: Handler[]
  /** the caller's to close, after the runner has stopped */
  hosts: Hosts
  sealingKey: Buffer
  /** what is done again and again, beside the jobs */
  tasks?: (tools: Tools) => Task[]
  observe?: Observe
  report?: Report
  /** at work on so many jobs at the most */
  jobs?: number
  /** Always so many jobs of one kind on one host in one call; else it depends on how long they take. */
  perCall?: number
  /** after so long without being woken it looks for itself */
  pollMilliseconds?: number
  leaseSeconds?: number
}

export interface Runner {
  /** what its jobs are `locked_by` */
  id: string
  /** Takes no more jobs, lets what runs end, and gives back what does not within the time. */
  stop(milliseconds?: number): Promise<void>
}

/** Never ends because of the database: it waits and goes on by itself (F-174, F-175). */
export async function startRunner(options: RunnerOptions): Promise<Runner> {
  const { url, handlers, hosts, sealingKey, observe = () => {}, report = reportToConsole } = options
  const id = randomUUID()
  const db = connect(url, 3)
  const tools = { db, hosts, sealingKey, observe }
  const seconds = options.leaseSeconds ?? leaseSeconds
  const results = resultStore(db, id, (runs) => settled(runs), report)
  const work = startWork({
    runner: id,
    handlers,
    tools,
    jobs: options.jobs ?? 1000,
    pace: options.perCall ? fixedPace(options.perCall) : usualPace,
    pollMilliseconds: options.pollMilliseconds ?? 1000,
    leaseSeconds: seconds,
    finished: results.push,
    report,
  })
  const heartbeat = startHeartbeat(url, id, seconds, () => work.held().map((job) => job.id), report)
  const schedule = startSchedule(db, options.tasks?.(tools) ?? [], report)
  // The driver listens again by itself after a lost connection; until then polling serves.
  db.$client
    .listen('jobs_waiting', work.wake, work.wake)
    .catch((error) => report('Nobody wakes the runner now, it polls:', error))

  function settled(runs: Held[]) {
    const ids = runs.map((run) => run.id)
    observe('finished', ids)
    work.settled(runs)
  }

  return {
    id,
    async stop(milliseconds = 8000) {
      schedule.stop()
      const ended = work.stop().then(results.stored)
      await Promise.race([ended, pause(milliseconds, undefined, { ref: false })])
      await giveBack(db, id, work.held()).catch((error) => report('Jobs stay locked:', error))
      await heartbeat.stop()
      await disconnect(db)
    },
  }
}

/** The host may still be at it; its lock keeps the next runner waiting till then. */
async function giveBack(db: Database, runner: string, held: Held[]) {
  for (const job of held) await release(db, runner, { ...job, steps: [] }, { kind: 'returned' })
}
