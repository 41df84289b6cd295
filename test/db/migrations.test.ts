import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import { expect, test } from 'vitest'
import { batchTargets } from '../../src/bulk/schema.ts'
import { migrate as migrateAll } from '../../src/db/migrate.ts'
import { ownDatabase } from '../support/database.ts'

const db = ownDatabase()

/** As a panel has it that was not updated since. */
async function asBefore(name: string) {
  const folder = mkdtempSync(join(tmpdir(), 'innkeeper-'))
  cpSync('drizzle', folder, { recursive: true })
  const file = join(folder, 'meta/_journal.json')
  const journal = JSON.parse(readFileSync(file, 'utf8'))
  const until = journal.entries.findIndex(({ tag }: { tag: string }) => tag === name)
  const entries = journal.entries.slice(0, until)
  writeFileSync(file, JSON.stringify({ ...journal, entries }))
  await db().execute(sql`drop schema public cascade`)
  await db().execute(sql`drop schema drizzle cascade`)
  await db().execute(sql`create schema public`)
  await migrate(db(), { migrationsFolder: folder })
  rmSync(folder, { recursive: true })
}

test('receipts know what they reached before that was one row', async () => {
  await asBefore('0047_targets_of_batch_in_one_row')
  await db().execute(sql`insert into batches (kind, title, actor_name, count)
    select 'bulk.account.suspend', '', 'ada', 2 from generate_series(1, 3)`)
  await db().execute(sql`insert into batch_targets (batch_id, subscription_id, object_id, generation)
    values (1, 11, 1, 2), (1, 12, 1, 5), (1, 13, 2, 3), (2, 11, 1, 4)`)

  await migrateAll(db())
  const rows = await db().select().from(batchTargets).orderBy(batchTargets.batchId)
  const triples = rows.map(({ batchId, subscriptionIds, objectIds, generations }) => [
    batchId,
    subscriptionIds.map((id, n) => [id, objectIds[n], generations[n]]).toSorted(),
  ])
  expect(triples).toEqual([
    [
      1,
      [
        [11, 1, 2],
        [12, 1, 5],
        [13, 2, 3],
      ],
    ],
    [2, [[11, 1, 4]]],
  ])
})
