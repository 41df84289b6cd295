import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { Logger, makeWorkerUtils, run } from 'graphile-worker'
import { z } from 'zod'
import { systemActor } from '../../src/audit/actor.ts'
import { connect, disconnect } from '../../src/db/database.ts'
import { startPostgres } from '../../src/db/embedded.ts'
import { migrate } from '../../src/db/migrate.ts'
import { hosts } from '../../src/hosts/schema.ts'
import { enqueueAll } from '../../src/jobs/enqueue.ts'
import { jobKind } from '../../src/jobs/kind.ts'
import { finishedJobs, jobs } from '../../src/jobs/schema.ts'
import { jobWatch } from '../../src/jobs/watch.ts'
import { handle } from '../../src/runner/handler.ts'
import { startRunner } from '../../src/runner/runner.ts'

// Jobs that do nothing, from the start of a runner to the last one's end: ours, which are spread over
// hosts with a limit each and are kept with their history, beside graphile-worker's, which are
// deleted: once as its documentation advises to begin with, once as fast as it goes with a batch no
// panel would want. Then the time from asking for one job to its start, and to a waiting page's wake.
const count = 50_000
const hostCount = 50
const rounds = 3
const singles = 300

const folder = mkdtempSync(join(tmpdir(), 'innkeeper-bench-'))
const server = await startPostgres(folder)
const url = server.url('postgres')
const db = connect(url)
const actor = systemActor('command line')
const noop = jobKind('bench.noop', {
  payload: z.strictObject({ n: z.int() }),
  key: ({ n }) => String(n),
  maxAttempts: 3,
})
let started = (_n: number) => {}
const handler = handle(noop, async (runs) => {
  for (const { payload } of runs) started(payload.n)
  return new Map(runs.map((one) => [one.job.id, { kind: 'done' } as const]))
})

try {
  await migrate(db)
  const rows = Array.from({ length: hostCount }, (_, n) => ({
    name: `host${n}`,
    kind: 'ssh' as const,
  }))
  await db
    .insert(hosts)
    .values(rows.map((row) => ({ ...row, state: 'online' as const, jobLimit: 200 })))
  const places = (await db.select({ id: hosts.id }).from(hosts)).map(({ id }) => id)

  for (let round = 1; round <= rounds; round++) {
    print(`ours, ${hostCount} hosts, round ${round}`, await ours(places))
    print(`graphile-worker, batches of 25, round ${round}`, await theirs(25))
    print(`graphile-worker, batches of 500, round ${round}`, await theirs(500))
  }
  await latencies(places[0]!)
} finally {
  await disconnect(db)
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
}

async function ours(places: number[]): Promise<number> {
  await db.execute(sql`truncate jobs, finished_jobs`)
  const orders = Array.from({ length: count }, (_, n) => ({
    kind: noop,
    payload: { n },
    hostId: places[n % places.length]!,
    subscriptionId: n + 1,
    accountId: n + 1,
  }))
  for (let n = 0; n < count; n += 10_000) {
    await db.transaction((tx) => enqueueAll(tx, actor, orders.slice(n, n + 10_000)))
  }
  await db.execute(sql`vacuum analyze jobs`)

  const all = counted()
  const began = performance.now()
  const runner = await ourRunner({ jobs: 5000, perCall: 50 })
  await all
  // Stopping ends with the last result stored.
  await runner.stop(60_000)
  const took = performance.now() - began
  if ((await db.$count(finishedJobs)) !== count || (await db.$count(jobs)) !== 0) {
    throw new Error('Some jobs were not finished')
  }
  return took
}

async function theirs(batch: number): Promise<number> {
  const utils = await makeWorkerUtils({ connectionString: url, logger: quiet() })
  await utils.migrate()
  for (let n = 0; n < count; n += 10_000) {
    const specs = Array.from({ length: 10_000 }, (_, i) => ({
      identifier: 'noop',
      payload: { n: n + i },
    }))
    await utils.addJobs(specs)
  }
  await db.execute(sql`vacuum analyze graphile_worker._private_jobs`)

  const all = counted()
  const began = performance.now()
  const runner = await run({
    connectionString: url,
    logger: quiet(),
    noHandleSignals: true,
    preset: {
      worker: {
        concurrentJobs: 24,
        maxPoolSize: 10,
        localQueue: { size: batch },
        completeJobBatchDelay: 0,
        failJobBatchDelay: 0,
      },
    },
    taskList: { noop: async (payload) => started((payload as { n: number }).n) },
  })
  await all
  await runner.stop()
  const took = performance.now() - began
  await utils.release()
  return took
}

function counted(): Promise<void> {
  let left = count
  return new Promise((resolve) => {
    started = () => {
      if (--left === 0) resolve()
    }
  })
}

async function latencies(hostId: number) {
  const watch = await jobWatch(db)
  const runner = await ourRunner({})
  const toStart: number[] = []
  const toWake: number[] = []
  for (let n = 0; n < singles; n++) {
    let began = 0
    started = () => toStart.push(performance.now() - began)
    const order = { kind: noop, payload: { n }, hostId }
    began = performance.now()
    const [id] = await db.transaction((tx) => enqueueAll(tx, actor, [order]))
    await watch.finished(id!, 5000)
    toWake.push(performance.now() - began)
  }
  await runner.stop()
  await watch.close()
  printLatency('ours: from asking to its start', toStart)
  printLatency('ours: from asking to a waiting page’s wake', toWake)
}

function ourRunner(more: { jobs?: number; perCall?: number }) {
  const unused = { hosts: {} as never, sealingKey: Buffer.alloc(32) }
  return startRunner({ url, handlers: [handler], ...unused, ...more })
}

function quiet() {
  return new Logger(() => () => {})
}

function print(name: string, took: number) {
  const rate = Math.round((count / took) * 1000).toLocaleString('en')
  console.log(
    `${name.padEnd(46)} ${(took / 1000).toFixed(2).padStart(6)} s  ${rate.padStart(7)} jobs/s`,
  )
}

function printLatency(name: string, took: number[]) {
  const sorted = took.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1]!.toFixed(1).padStart(6)
  console.log(`${name.padEnd(46)} median ${at(0.5)} ms  p95 ${at(0.95)} ms  p99 ${at(0.99)} ms`)
}
