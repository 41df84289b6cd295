import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { connectForPages, disconnect } from '../../src/db/database.ts'
import { settings } from '../../src/settings/schema.ts'
import { ownDatabase, untilBlocked } from '../support/database.ts'

const db = ownDatabase()

const open = async () => {
  const [row] = await db().execute<{ count: number }>(
    sql`select count(*)::integer as count from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and state is not null
        and application_name = 'innkeeper'`,
  )
  return row!.count
}

test('pages are read while as many changes as there can be at once wait for another', async () => {
  const pages = connectForPages(db.url())
  const seen = await db().transaction(async (tx) => {
    await tx.execute(sql`lock table settings in access exclusive mode`)
    const changes = Array.from({ length: 6 }, () =>
      pages.transaction((change) => change.execute(sql`delete from settings`)),
    )
    await untilBlocked(db())
    const reads = Array.from({ length: 20 }, () => pages.select().from(accounts))
    return { rows: await Promise.all(reads), changes }
  })
  expect(seen.rows).toHaveLength(20)
  await Promise.all(seen.changes)

  const before = await open()
  await disconnect(pages)
  await expect.poll(open).toBeLessThanOrEqual(before - 6)
})

test('what pages change is written as everywhere else', async () => {
  const pages = connectForPages(db.url())
  await pages.transaction((tx) => tx.insert(settings).values({ name: 'sender', value: ['a'] }))
  const [row] = await db().execute(sql`select jsonb_typeof(value) as kind from settings`)
  expect(row).toEqual({ kind: 'array' })
  await disconnect(pages)
})
