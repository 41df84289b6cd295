import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { connect, type Database, disconnect } from '../../src/db/database.ts'
import { type EmbeddedPostgres, startPostgres } from '../../src/db/embedded.ts'
import { migrate } from '../../src/db/migrate.ts'
import { jobWatch } from '../../src/jobs/watch.ts'
import { ask, empty, endedJob } from '../jobs/cast.ts'
import { done, running, sweeper, until, untilIdle } from './cast.ts'

/** A server of this file's own, for it is stopped and started again at one address. */
const home = mkdtempSync(join(tmpdir(), 'innkeeper-outage-'))
let flags: string[]
let server: EmbeddedPostgres
let db: Database

beforeAll(async () => {
  flags = ['-p', String(await freePort()), '-c', 'fsync=off']
  server = await startPostgres(home, flags)
  db = connect(server.url('postgres'))
  await migrate(db)
})
afterAll(async () => {
  await disconnect(db)
  await server.stop()
  rmSync(home, { recursive: true, force: true })
})
beforeEach(() => empty(db))

const freePort = () =>
  new Promise<number>((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })

/** The test's own queries may come too early after a start. */
const again = async <T>(work: () => Promise<T>): Promise<T> => {
  for (;;) {
    try {
      return await work()
    } catch {
      // The connection is made anew by the next query.
    }
  }
}

// F-174, F-175
test('a run that ends while the database is away is not done again', async () => {
  let runs = 0
  const gate = Promise.withResolvers<void>()
  const reports: string[] = []
  await using _ = await running(
    server.url('postgres'),
    [
      sweeper(async () => {
        runs++
        await gate.promise
        return done
      }),
    ],
    { report: (sentence) => reports.push(sentence) },
  )
  const id = await ask(db, 1)
  await until(() => runs === 1)

  await server.stop()
  gate.resolve()
  await until(() => reports.some((sentence) => sentence.startsWith('Results')))
  server = await startPostgres(home, flags)

  await until(async () => (await again(() => endedJob(db, id))) !== undefined)
  expect(await endedJob(db, id)).toMatchObject({ state: 'done', lease: 1, crashes: 0 })
  expect(runs).toBe(1)
})

test('runner and waiting pages are woken again after the database came back', async () => {
  const watch = await jobWatch(db)
  await using _ = await running(server.url('postgres'), [sweeper(() => done)])
  await ask(db, 1)
  await untilIdle(db)

  await server.stop()
  server = await startPostgres(home, flags)
  await again(() => until(() => listeners(2)))

  // Nobody looks by himself for a minute: only a wake can end this in a test's time.
  const id = await ask(db, 2)
  expect(await watch.finished(id, 60_000)).toBe(true)
  await watch.close()
})

test('one lost connection is no loss (F-174)', async () => {
  await using _ = await running(server.url('postgres'), [sweeper(() => done)])
  await db.execute(sql`select pg_terminate_backend(pid) from pg_stat_activity
    where pid <> pg_backend_pid() and backend_type = 'client backend'`)
  await again(() => until(() => listeners(1)))

  const id = await again(() => ask(db, 1))
  await until(async () => (await endedJob(db, id)) !== undefined)
})

async function listeners(count: number) {
  const rows = await db.execute(
    sql`select from pg_stat_activity where query like 'listen %' and state = 'idle'`,
  )
  return rows.length >= count
}
