import { eq } from 'drizzle-orm'
import type { Document } from '../contract/document.ts'
import type { Result, Step } from '../contract/messages.ts'
import type { Database } from '../db/database.ts'
import { HostAway, HostKeyChanged, Unknown } from '../hosts/connection/hosts.ts'
import { hosts as table } from '../hosts/schema.ts'
import type { Outcome } from '../jobs/outcome.ts'
import { handle, type Run, type Tools } from '../runner/handler.ts'
import { measures } from '../runner/measures.ts'
import { parts } from '../runner/parts.ts'
import { CannotCompose } from './cannot-compose.ts'
import { applySubscription } from './jobs.ts'
import { storeOutcome } from './outcome.ts'
import { type Answer, verdict } from './verdict.ts'
import { wantedDocuments } from './wanted.ts'

type Runs = Run<{ subscriptionId: number }>[]

/** How often the same is sent at once when its answer got lost; after that the queue tries again. */
const sendings = 3

/**
 * Reads what the subscriptions should be now, not when their jobs were asked for, so late, repeated
 * and out-of-order runs all end in the same place.
 */
export const applySubscriptionHandler = handle(applySubscription, async (runs, tools) => {
  const ids = runs.map((run) => run.payload.subscriptionId)
  const { documents, troubles } = await compose(ids, tools)
  try {
    const result: Answer = documents.length === 0 ? nothing : await send(documents, runs, tools)
    return outcomes(runs, ({ payload: { subscriptionId } }) => {
      const reason = troubles.get(subscriptionId)
      return reason ? { kind: 'park', reason } : verdict(subscriptionId, result)
    })
  } catch (error) {
    const reason = reasonToWait(error)
    if (reason === undefined) throw error
    return outcomes(runs, () => ({ kind: 'wait', reason }))
  }
})

/** One that cannot be composed waits for a person, and keeps nobody else. */
async function compose(ids: number[], { db, sealingKey }: Tools) {
  const troubles = new Map<number, string>()
  for (;;) {
    const rest = ids.filter((id) => !troubles.has(id))
    try {
      return { documents: await wantedDocuments(db, parts, rest, sealingKey), troubles }
    } catch (error) {
      if (!(error instanceof CannotCompose) || troubles.has(error.subscriptionId)) throw error
      troubles.set(error.subscriptionId, error.message)
    }
  }
}

const nothing: Answer = { subscriptions: [], errors: [] }

async function send(documents: Document[], runs: Runs, tools: Tools): Promise<Answer> {
  const result = await sendUntilAnswered(documents, runs, tools)
  tools.observe('result', jobIds(runs))
  await timed(runs, { name: 'Store the result', place: 'panel' }, () =>
    storeOutcome(tools.db, result.subscriptions),
  )
  for (const store of measures) await store(tools.db, result.subscriptions)
  tools.observe('stored', jobIds(runs))
  return result
}

/** A lost answer says nothing of what was done: the same again finds it done or does it. */
async function sendUntilAnswered(documents: Document[], runs: Runs, tools: Tools) {
  for (let sending = 1; ; sending++) {
    try {
      return await sendOnce(documents, runs, tools)
    } catch (error) {
      if (!(error instanceof Unknown) || sending === sendings) throw error
    }
  }
}

async function sendOnce(documents: Document[], runs: Runs, tools: Tools): Promise<Result> {
  const { db, hosts, observe } = tools
  const hostId = runs[0]!.job.hostId!
  const ids = jobIds(runs)
  const place = await nameOf(db, hostId)
  const host = await timed(runs, { name: 'Connect', place }, () => hosts.open(hostId))
  observe('opened', ids)
  const answer = host.apply(documents, (step) => {
    tell(runsOf(step, runs), step, place)
    observe(`step:${step.step}`, ids)
  })
  observe('sent', ids)
  return answer
}

/** A step that concerned no single subscription was done for all of them. */
const runsOf = ({ subscription }: Step, runs: Runs) =>
  subscription === undefined
    ? runs
    : runs.filter(({ payload }) => payload.subscriptionId === subscription)

function tell(runs: Runs, { step: name, ms: milliseconds, ok, output }: Step, place: string) {
  const entry = { name, milliseconds, place, exitCode: ok ? 0 : 1, output: output ?? '' }
  for (const run of runs) run.step(entry)
}

async function timed<T>(
  runs: Runs,
  entry: { name: string; place: string },
  work: () => Promise<T>,
): Promise<T> {
  const started = performance.now()
  try {
    return await work()
  } finally {
    const milliseconds = performance.now() - started
    for (const run of runs) run.step({ ...entry, milliseconds })
  }
}

/** The host's own row says when it is tried again, and who has to look at a changed key (F-150, F-151). */
function reasonToWait(error: unknown): string | undefined {
  if (error instanceof HostAway) return error.reason
  return error instanceof HostKeyChanged ? error.message : undefined
}

async function nameOf(db: Database, hostId: number): Promise<string> {
  const [host] = await db.select({ name: table.name }).from(table).where(eq(table.id, hostId))
  return host?.name ?? ''
}

const outcomes = (runs: Runs, judge: (run: Runs[number]) => Outcome) =>
  new Map(runs.map((run) => [run.job.id, judge(run)]))

const jobIds = (runs: Runs) => runs.map((run) => run.job.id)
