import { setTimeout as pause } from 'node:timers/promises'
import { type Claimed, claim, type Lane, type LaneRoom } from '../jobs/claim.ts'
import type { Held } from '../jobs/outcome.ts'
import { alarm } from './alarm.ts'
import { type Call, callsOf, type Finished, finishedOf, openLogs, perform } from './call.ts'
import type { Handler, Tools } from './handler.ts'
import { type Pace, startPace } from './pace.ts'
import type { Report } from './report.ts'
import { startTelling } from './telling.ts'

export interface WorkOptions {
  runner: string
  handlers: Handler[]
  tools: Tools
  /** at work on so many jobs at the most */
  jobs: number
  pace: Pace
  pollMilliseconds: number
  leaseSeconds: number
  /** takes over what runs came to; the jobs stay ours until `settled` */
  finished: (results: Finished[]) => void
  report: Report
}

/** Claims jobs and has them performed, as long as it is not told to stop. */
export function startWork(options: WorkOptions) {
  const { tools, runner, report } = options
  const handlers = new Map(options.handlers.map((handler) => [handler.kind.name, handler]))
  const held = new Map<number, Held>()
  const calls = new Set<Promise<void>>()
  const busy = new Map<string, Lane>()
  const pace = startPace(options.pace)
  const { wake, reset, sleep } = alarm()
  let stopping = false

  async function claimAll() {
    while (!stopping) {
      reset()
      const jobs = await claimSome()
      for (const { id, lease } of jobs) held.set(id, { id, lease })
      // What a claim under way still took when we were told to stop is given back with the rest.
      if (!stopping) for (const call of callsOf(jobs)) begin(call)
      if (jobs.length === 0) await sleep(options.pollMilliseconds)
    }
  }

  async function claimSome(): Promise<Claimed[]> {
    const free = options.jobs - held.size
    if (free <= 0) return []
    const lanes = [...pace.known().filter(isFree), ...[...busy.values()].map(closed)]
    const room = { jobs: free, perLane: pace.first, lanes }
    try {
      return await claim(tools.db, runner, room, options.leaseSeconds)
    } catch (error) {
      report('No jobs can be claimed now, trying again:', error)
      await pause(500)
      return []
    }
  }

  function begin(call: Call) {
    const running = carryOut(call).finally(() => calls.delete(running))
    calls.add(running)
  }

  /** One call per host and kind at a time; what needs no host need not wait for other such work. */
  async function carryOut(call: Call) {
    const { kind, place, jobs } = call
    const lane = place === 0 ? undefined : { kind, place }
    if (lane) busy.set(nameOf(lane), lane)
    const started = performance.now()
    const logs = openLogs(call)
    const telling = startTelling(tools.db, runner, logs, report)
    tools.observe(
      'claimed',
      jobs.map(({ id }) => id),
    )
    const outcomes = await perform(call, handlers.get(kind), tools, logs)
    telling.stop()
    if (lane) {
      pace.learn(lane, jobs.length, performance.now() - started)
      busy.delete(nameOf(lane))
    }
    // What comes next on this host is claimed once these are stored: until then they count as running.
    options.finished(finishedOf(logs, outcomes))
  }

  const isFree = (lane: Lane) => !busy.has(nameOf(lane))

  const claiming = claimAll()
  return {
    wake,
    held: () => [...held.values()],
    /** A job whose lease was lost may be ours again in a later run; that one stays. */
    settled(runs: Held[]) {
      for (const { id, lease } of runs) if (held.get(id)?.lease === lease) held.delete(id)
      wake()
    },
    /** Takes no more; resolves when all that runs has ended. */
    async stop() {
      stopping = true
      wake()
      await claiming
      await Promise.all(calls)
    },
  }
}

const closed = (lane: Lane): LaneRoom => ({ ...lane, room: 0 })
const nameOf = ({ place, kind }: Lane): string => `${place} ${kind}`
