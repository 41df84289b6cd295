import { eq } from 'drizzle-orm'
import { systemActor } from '../audit/actor.ts'
import type { Database } from '../db/database.ts'
import type { JobKind } from '../jobs/kind.ts'
import type { Outcome } from '../jobs/outcome.ts'
import { type Handler, handle, type Run, type Tools } from '../runner/handler.ts'
import { rebuildHost } from '../subscriptions/rebuild.ts'
import { resyncGrownHosts } from '../subscriptions/resync.ts'
import { HostAway, HostKeyChanged, SignInRefused, Unknown } from './connection/hosts.ts'
import { PreparationFailed, prepare } from './connection/prepare.ts'
import {
  enrolmentAt,
  enrolmentDone,
  enrolmentFailed,
  greetingFailed,
  rootPassword,
  storeGreeting,
} from './enrolment.ts'
import { fingerprint } from './fingerprint.ts'
import { hostsToLookAt, markKeyChanged, storeFacts } from './health.ts'
import { checkHost, enrolHost, greetHost } from './jobs.ts'
import { type Host, hosts as table } from './schema.ts'

type HostRun = Run<{ hostId: number }>

const done: Outcome = { kind: 'done' }

export const greetHandler = eachHost(greetHost, async (host, run, { db, hosts }) => {
  if (host.hostKey) return done
  try {
    const key = await step(run, host, 'Read the host key', () => hosts.hostKey(host), fingerprint)
    await storeGreeting(db, host.id, key)
    return done
  } catch (error) {
    if (!(error instanceof HostAway)) throw error
    await greetingFailed(db, host.id, error.reason, error.detail)
    return { kind: 'park', reason: error.message }
  }
})

/** A host that is away is what the test found, not a failure of the test. */
export const checkHandler = eachHost(checkHost, async (host, run, { db, hosts }) => {
  try {
    const connection = await step(run, host, 'Connect', () => hosts.open(host.id), agentOf)
    await step(run, host, 'Round trip', () => connection.ping(), inMilliseconds)
    await storeFacts(db, host.id, await step(run, host, 'Facts', () => connection.facts()))
    await resyncGrownHosts(db)
  } catch (error) {
    if (!isFinding(error)) throw error
  }
  return done
})

export const enrolHandler = eachHost(enrolHost, async (host, run, { db, hosts, sealingKey }) => {
  if (host.state !== 'enrolling') return { kind: 'park', reason: startAnew }
  const access = await rootPassword(db, sealingKey, host.id)
  if (!access) return fail(db, host, startAnew)
  try {
    await enter(host, access.password, run, { db, hosts })
    await enrolmentDone(db, host.id)
    hosts.drop(host.id)
  } catch (error) {
    return afterTrouble(db, host, run, error)
  }
  return callAgent(host, run, { db, hosts })
})

/**
 * For the schedule, every few seconds: fresh facts of those that are online, and a knock at those that
 * were away. A host that hangs holds up no other: whoever is still being looked at is left out.
 */
export function hostWatch({ db, hosts }: Pick<Tools, 'db' | 'hosts'>) {
  const looking = new Set<number>()
  const look = async (id: number) => {
    looking.add(id)
    try {
      await storeFacts(db, id, await (await hosts.open(id)).facts())
      await resyncGrownHosts(db)
    } catch (error) {
      // A host that is away has said so in its row.
      if (!isFinding(error)) throw error
    } finally {
      looking.delete(id)
    }
  }
  return async () => {
    // what one could do more at its reconnect, which stores facts too
    await resyncGrownHosts(db)
    const due = (await hostsToLookAt(db)).filter((id) => !looking.has(id))
    await Promise.all(due.map(look))
  }
}

async function enter(
  host: Host,
  password: string | null,
  run: HostRun,
  { db, hosts }: Pick<Tools, 'db' | 'hosts'>,
) {
  const at = async <T>(name: string, work: () => Promise<T>, tell?: (result: T) => string) => {
    await enrolmentAt(db, host.id, name)
    return step(run, host, name, work, tell)
  }
  const door = { ...host, hostKey: host.hostKey! }
  const shell = await at('Sign in as root', () => hosts.enter(door, password))
  try {
    const tell = ({ output }: { output: string }) => masked(output, password)
    await prepare(shell, (name, work) => at(name, work, tell))
  } finally {
    shell.close()
  }
}

async function afterTrouble(db: Database, host: Host, run: HostRun, error: unknown) {
  if (error instanceof HostKeyChanged) {
    await markKeyChanged(db, host.id, error.offered)
    return fail(db, host, error.message)
  }
  if (error instanceof SignInRefused || error instanceof PreparationFailed) {
    return fail(db, host, error.reason, error.detail)
  }
  if (!(error instanceof HostAway || error instanceof Unknown)) throw error
  const last = run.job.attempts + 1 >= enrolHost.maxAttempts
  if (last) return fail(db, host, error.message)
  return { kind: 'retry', error: error.message } as const
}

/** Through the restricted login, as all work from now on. */
async function callAgent(
  host: Host,
  run: HostRun,
  { db, hosts }: Pick<Tools, 'db' | 'hosts'>,
): Promise<Outcome> {
  try {
    await step(run, host, 'Call the agent', () => hosts.open(host.id), agentOf)
    const doer = { ...systemActor('schedule'), loginName: run.job.actorName }
    await rebuildHost(db, doer, host.id)
    return done
  } catch (error) {
    if (error instanceof HostAway) return { kind: 'park', reason: error.message }
    throw error
  }
}

async function fail(db: Database, host: Host, reason: string, detail = ''): Promise<Outcome> {
  await enrolmentFailed(db, host.id, reason, detail)
  return { kind: 'park', reason: detail ? `${reason} ${detail}` : reason }
}

const isFinding = (error: unknown) =>
  [HostAway, HostKeyChanged, Unknown].some((kind) => error instanceof kind)

const startAnew = 'Root access is needed again: start the enrolment on the host’s page.'
const agentOf = ({ agent }: { agent: string }) => `agent ${agent}`
const inMilliseconds = (ms: number) => `${ms.toFixed(1)} ms`

/** Nothing should ever print it; should it, then not here (F-187). */
const masked = (output: string, password: string | null) =>
  password ? output.replaceAll(password, '[hidden]') : output

/** Hosts do not wait for each other; a host that was removed needs nothing any more. */
function eachHost(
  kind: JobKind<{ hostId: number }>,
  work: (host: Host, run: HostRun, tools: Tools) => Promise<Outcome>,
): Handler {
  return handle(kind, async (runs, tools) => {
    const one = async (run: HostRun): Promise<Outcome> => {
      const { hostId } = run.payload
      const [host] = await tools.db.select().from(table).where(eq(table.id, hostId))
      if (!host) return done
      return work(host, run, tools).catch((error: Error) => ({
        kind: 'retry',
        error: error.message,
      }))
    }
    const outcomes = runs.map(async (run) => [run.job.id, await one(run)] as const)
    return new Map(await Promise.all(outcomes))
  })
}

async function step<T>(
  run: HostRun,
  { name: place }: Host,
  name: string,
  work: () => Promise<T>,
  tell: (result: T) => string = () => '',
): Promise<T> {
  const started = performance.now()
  const since = () => performance.now() - started
  try {
    const result = await work()
    const exitCode = (result as { code?: number } | null)?.code
    run.step({
      name,
      place,
      milliseconds: since(),
      output: tell(result),
      ...(exitCode === undefined ? {} : { exitCode }),
    })
    return result
  } catch (error) {
    run.step({ name, place, milliseconds: since(), exitCode: 1, output: String(error) })
    throw error
  }
}
