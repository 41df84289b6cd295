import { randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, inject } from 'vitest'
import { connect, type Database, disconnect, type Transaction } from '../../src/db/database.ts'
import { withoutWords } from './audited.ts'
import { miscounted } from './counted-sales.ts'

/** A database of its own for the test file that calls this; rows live until the file ends. */
export function ownDatabase(connections = 8) {
  const name = `test_${randomBytes(6).toString('hex')}`
  let db: Database

  beforeAll(async () => {
    await asAdmin(`create database ${name} template template strategy file_copy`)
    db = connect(databaseUrl(name), connections)
  })
  afterAll(async () => {
    const wordless = await withoutWords(db)
    const off = await miscounted(db)
    await disconnect(db)
    await asAdmin(`drop database ${name} with (force)`)
    expect(wordless).toEqual([])
    expect([...off]).toEqual([])
  })
  return Object.assign(() => db, { url: () => databaseUrl(name) })
}

const databaseUrl = (name: string) => inject('postgres').replace('DATABASE', name)

async function asAdmin(statement: string) {
  const admin = connect(databaseUrl('postgres'), 1)
  await admin.execute(sql.raw(statement))
  await disconnect(admin)
}

/** Resolves once some statement in this database waits for a lock another one holds. */
export async function untilBlocked(db: Database) {
  for (;;) {
    const [row] = await db.execute<{ blocked: boolean }>(
      sql`select exists (select from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock') as blocked`,
    )
    if (row!.blocked) return
  }
}

/**
 * What `read` comes to when `change` happens after its first statements, just before it reads the
 * table: that is locked for as long.
 */
export async function whileReading<T>(
  db: Database,
  table: string,
  read: () => Promise<T>,
  change: (tx: Transaction) => Promise<unknown>,
): Promise<T> {
  const { result } = await db.transaction(async (tx) => {
    await tx.execute(sql`lock table ${sql.identifier(table)} in access exclusive mode`)
    const result = read()
    await untilBlocked(db)
    await change(tx)
    return { result }
  })
  return result
}

/** For tests that start from the same people each time: what `truncate … cascade` does. */
export async function emptied(db: Database, tables: readonly string[] = everything) {
  const key = tables.join()
  scripts[key] ??= await emptying(db, tables)
  await db.execute(sql.raw(scripts[key]))
}

const everything = ['accounts', 'hosts', 'jobs', 'finished_jobs', 'sealed_secrets']
const scripts: Record<string, string> = {}

/**
 * By deleting what few rows there are: truncating makes new files for each of fifty tables and
 * their indexes, which takes longer than most tests. The locks wait for who is still writing.
 */
async function emptying(db: Database, tables: readonly string[]): Promise<string> {
  const found = await db.execute<{ name: string }>(sql`
    with recursive affected as (
      select name::regclass::oid as id from unnest(${sql.param([...tables])}::text[]) as name
      union
      select conrelid from pg_constraint join affected on confrelid = id where contype = 'f'
    )
    select id::regclass::text as name from affected order by name`)
  const names = found.map(({ name }) => name)
  return `do $$ begin
    lock table ${names.join(', ')} in access exclusive mode;
    perform set_config('session_replication_role', 'replica', true);
    ${names.map((name) => `delete from ${name};`).join('\n')}
    perform sales_counted_anew();
  end $$`
}
