import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import type { Transaction } from '../../src/db/database.ts'
import { among } from '../../src/db/many.ts'
import { ownDatabase } from '../support/database.ts'

const db = ownDatabase()

/** How often the statement that asks for these was kept. */
const kept = async (tx: Transaction, ids: number[]) => {
  await tx.select({ id: accounts.id }).from(accounts).where(among(accounts.id, ids))
  const [row] = await tx.execute<{ count: number }>(
    sql`select count(*)::integer as count from pg_prepared_statements where statement ~ ${'any\\(\\$1'}`,
  )
  return row!.count
}

test('what is about thousands is planned for thousands, each time', async () => {
  // F-76
  await db().transaction(async (tx) => {
    const before = await kept(
      tx,
      Array.from({ length: 10_000 }, (_, n) => n),
    )
    expect(before).toBe(0)
    expect(await kept(tx, [1])).toBe(1)
  })
})

test('nothing is compiled, whatever a Postgres of one’s own says, and nothing runs for ever', async () => {
  const [row] = await db().execute(
    sql`select current_setting('jit') as jit, current_setting('statement_timeout') as patience`,
  )
  expect(row).toEqual({ jit: 'off', patience: '30s' })
})
