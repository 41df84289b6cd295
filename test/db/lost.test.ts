import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { connect, connectForPages, type Database, disconnect } from '../../src/db/database.ts'
import { settings } from '../../src/settings/schema.ts'
import { ownDatabase } from '../support/database.ts'

// F-174: a server that is restarted, or an admin who ends its sessions
const db = ownDatabase()

/** Ends the sessions of everybody here but this statement's own. */
const endAll = () =>
  db().execute(sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
      and backend_type = 'client backend'`)

/** How many others are in the middle of something here, or of what is named. */
const atWork = async (what = '') => {
  const rows = await db().execute(sql`select from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
      and backend_type = 'client backend' and xact_start is not null
      and query like ${`%${what}%`}`)
  return rows.length
}

const numbers = (of: Database, count: number) =>
  Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const [row] = await of.execute<{ number: number }>(sql`select ${index}::integer as number`)
      return row?.number
    }),
  )

const clients = { 'for changes': connect, 'for pages': connectForPages }

for (const [name, open] of Object.entries(clients)) {
  test(`connections ${name} that are lost at work are made anew, each with its own answers`, async () => {
    const lost = open(db.url())
    for (let round = 0; round < 10; round++) {
      const changes = Array.from({ length: 4 }, () =>
        lost.transaction(async (tx) => {
          await tx.execute(sql`select pg_sleep(30)`)
          await tx.insert(settings).values({ name: 'sender', value: round })
        }),
      )
      const reads = Array.from({ length: 7 }, () => lost.execute(sql`select pg_sleep(0.01)`))
      const all = Promise.allSettled([...changes, ...reads])
      await expect.poll(() => atWork('pg_sleep(30)'), { interval: 5 + round }).toBe(4)
      await endAll()
      for (const one of await all) {
        if (one.status === 'fulfilled') continue
        expect(String(one.reason.cause ?? one.reason)).toMatch(
          /CONNECTION_CLOSED|EPIPE|ECONNRESET|57P01|terminating/,
        )
      }
      await expect.poll(() => numbers(lost, 20).catch(() => [])).toEqual(count(20))
    }
    expect(await db().select().from(settings)).toEqual([])
    await disconnect(lost)
  })

  test(`a change ${name} that is lost between two statements is refused, and is not half there`, async () => {
    const lost = open(db.url())
    const change = lost.transaction(async (tx) => {
      await tx.insert(settings).values({ name: 'sender', value: 1 })
      await endAll()
      await expect.poll(() => atWork()).toBe(0)
      await tx.insert(settings).values({ name: 'language', value: 2 })
    })
    await expect(change).rejects.toThrow()
    expect(await db().select().from(settings)).toEqual([])
    await lost.transaction((tx) => tx.insert(settings).values({ name: 'sender', value: 3 }))
    expect(await lost.delete(settings).returning()).toMatchObject([{ value: 3 }])
    await disconnect(lost)
  })

  test(`a connection ${name} that is lost while it asks for types is made anew and knows them`, async () => {
    const lost = open(db.url())
    const arrays = () => lost.execute(sql`select array[1, 2] as numbers`)
    await db().transaction(async (tx) => {
      await tx.execute(sql`lock table pg_type`)
      const refused = expect(arrays()).rejects.toThrow()
      const ended = () =>
        tx.execute(sql`select pg_terminate_backend(pid) from pg_locks
          where relation = 'pg_type'::regclass and not granted`)
      await expect.poll(ended).toHaveLength(1)
      await refused
    })
    expect([...(await arrays())]).toEqual([{ numbers: [1, 2] }])
    await disconnect(lost)
  })
}

const count = (to: number) => Array.from({ length: to }, (_, index) => index)
