import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { auditEntries } from '../../src/audit/schema.ts'
import { batchItems } from '../../src/bulk/schema.ts'
import { previewImport } from '../../src/imports/preview.ts'
import { imports } from '../../src/imports/schema.ts'
import { jobs } from '../../src/jobs/schema.ts'
import { subscriptions } from '../../src/subscriptions/schema.ts'
import { type Cast, cast } from '../support/cast.ts'
import { ownDatabase, untilBlocked } from '../support/database.ts'
import { quickStart } from '../support/quick-start.ts'
import { webApp } from '../support/web.ts'
import { uploaded } from './file.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
beforeAll(async () => {
  people = await cast(db())
})

const written = () =>
  Promise.all(
    [accounts, subscriptions, jobs, auditEntries, batchItems].map((one) => db().$count(one)),
  )

/** Until the connection of the dead one is gone, with all that it had not committed. */
async function untilAlone(pid: number) {
  for (;;) {
    const [row] = await db().execute<{ there: boolean }>(
      sql`select exists (select from pg_stat_activity where pid = ${pid}) as there`,
    )
    if (!row!.there) return
  }
}

const waiting = async () => {
  const [row] = await db().execute<{ pid: number }>(
    sql`select pid from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`,
  )
  return row!.pid
}

// F-65: hundreds of accounts, subscriptions and jobs are written when it dies, and none is committed.
test('killed in the middle it leaves nothing, and then all of it is done', {
  timeout: 120_000,
}, async () => {
  const rita = await web.as(people.rita)
  const lines = Array.from({ length: 300 }, (_, n) => `N${n},n${n}@example.org,n${n}.test,gold`)
  const address = await uploaded(rita, ['Name,E-mail,Domain,Plan', ...lines].join('\n'))
  const id = Number(address.split('/').at(-1))
  const { seen } = await previewImport(db(), people.rita.actor, id)
  const before = await written()
  const start = (): ChildProcess =>
    fork(
      join(import.meta.dirname, 'import-child.ts'),
      [JSON.stringify({ url: db.url(), actor: people.rita.actor, id, seen })],
      { execArgv: quickStart },
    )

  let pid = 0
  await db().transaction(async (tx) => {
    // The receipt is the last that is written.
    await tx.execute(sql`lock table ${batchItems} in exclusive mode`)
    const child = start()
    await untilBlocked(db())
    pid = await waiting()
    child.kill('SIGKILL')
    await once(child, 'exit')
  })
  await untilAlone(pid)
  expect(await written()).toEqual(before)
  expect(await db().select().from(imports)).toMatchObject([{ batchId: null }])

  const [code] = await once(start(), 'exit')
  expect(code).toBe(0)
  expect(await written()).toEqual(before.map((count, n) => count + [300, 300, 300, 600, 300][n]!))
  const [again] = await once(start(), 'exit')
  expect(again).toBe(0)
  expect(await db().$count(subscriptions)).toBe(300)
})
