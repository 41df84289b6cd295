import { sql } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { tasks } from '../../src/runner/tasks.ts'
import { manyContents, manyCustomers } from '../lists/many.ts'
import { aMailServer, cast } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { noHosts } from './cast.ts'
import { nothingDue } from './nothing-due.ts'

const db = ownDatabase(1)

const all = tasks({
  get db() {
    return db()
  },
  hosts: noHosts,
  sealingKey: Buffer.alloc(32),
  observe: async () => {},
})
/** They look through what people did within minutes: an index would cost each request more than they do. */
const ofTheMoment = ['sweep attempts', 'sweep sessions']
const left = ['look after hosts', ...ofTheMoment]
const measurable = all.filter(({ name }) => !left.includes(name))

const few = new Map<string, number>()
const many = new Map<string, number>()

beforeAll(async () => {
  const people = await cast(db())
  await aMailServer(db())
  await db().execute(
    sql`insert into settings (account_id, name, value) values (0, 'auditDays', '365')`,
  )
  for (const [more, rows] of [
    [500, few],
    [1500, many],
  ] as const) {
    await manyCustomers(db(), people, more)
    await manyContents(db())
    await nothingDue(db())
    for (const { run } of measurable) await run()
    // As autovacuum does.
    await db().execute(sql`vacuum analyze`)
    for (const { name, run } of measurable) rows.set(name, await readBy(run))
  }
})

test.each(measurable.map(({ name }) => name))(
  '“%s” reads no more because there is more',
  (name) => {
    expect(many.get(name)).toBeLessThan(few.get(name)! + 50)
  },
)

/** Rows of tables and entries of indexes, by the only connection that there is. */
async function readBy(run: () => Promise<unknown>): Promise<number> {
  const before = await readSoFar()
  await run()
  return (await readSoFar()) - before
}

async function readSoFar(): Promise<number> {
  await db().execute(sql`select pg_stat_force_next_flush()`)
  const [row] = await db().execute<{ rows: string }>(sql`
    select (select sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) from pg_stat_user_tables)
      + (select sum(idx_tup_read) from pg_stat_user_indexes) as rows`)
  return Number(row!.rows)
}
