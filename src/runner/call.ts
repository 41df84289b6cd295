import type { Claimed } from '../jobs/claim.ts'
import type { Held, Outcome, StepEntry } from '../jobs/outcome.ts'
import { inWords } from '../jobs/output.ts'
import type { Handler, Run, Tools } from './handler.ts'

/** Jobs of one kind on one host, claimed together. */
export interface Call {
  kind: string
  place: number
  jobs: Claimed[]
}

/** What a run has done so far, in order. */
export interface Log extends Held {
  steps: StepEntry[]
  /** so many of them are stored already */
  told: number
}

export interface Finished extends Log {
  outcome: Outcome
}

export const openLogs = ({ jobs }: Call): Log[] =>
  jobs.map(({ id, lease }) => ({ id, lease, steps: [], told: 0 }))

export function callsOf(jobs: Claimed[]): Call[] {
  const lanes = Map.groupBy(jobs, ({ kind, place }) => `${place} ${kind}`)
  return [...lanes.values()].map((lane) => {
    const { kind, place } = lane[0]!
    return { kind, place, jobs: lane }
  })
}

/** Never throws: whatever happens becomes an outcome of each job (F-147, F-149). */
export async function perform(
  call: Call,
  handler: Handler | undefined,
  tools: Tools,
  logs: Log[],
): Promise<Map<number, Outcome>> {
  if (handler) return outcomesOf(call, handler, tools, logs)
  return everyone(call.jobs, { kind: 'park', reason: 'This version cannot do this kind of job.' })
}

/** A job of which nothing was said has failed. */
export const finishedOf = (logs: Log[], outcomes: Map<number, Outcome>): Finished[] =>
  logs.map((log) => ({
    ...log,
    outcome: outcomes.get(log.id) ?? { kind: 'retry', error: 'It ended without a result.' },
  }))

async function outcomesOf(
  { jobs }: Call,
  handler: Handler,
  tools: Tools,
  logs: Log[],
): Promise<Map<number, Outcome>> {
  const steps = new Map(logs.map((log) => [log.id, log.steps]))
  const read = jobs.map((job) => ({ job, result: handler.kind.payload.safeParse(job.payload) }))
  const runs = read.flatMap(({ job, result }): Run<object>[] => {
    const step = (entry: StepEntry) => steps.get(job.id)!.push(entry)
    return result.success ? [{ job, payload: result.data, step }] : []
  })
  const broken = read.filter(({ result }) => !result.success).map(({ job }) => job)
  const parked = everyone(broken, { kind: 'park', reason: 'What it is for cannot be read.' })
  return new Map([...parked, ...(await run(handler, runs, tools))])
}

async function run(handler: Handler, runs: Run<object>[], tools: Tools) {
  if (runs.length === 0) return new Map<number, Outcome>()
  try {
    return await handler.run(runs, tools)
  } catch (error) {
    const jobs = runs.map(({ job }) => job)
    return everyone(jobs, { kind: 'retry', error: inWords(error) })
  }
}

const everyone = (jobs: Claimed[], outcome: Outcome) => new Map(jobs.map(({ id }) => [id, outcome]))
