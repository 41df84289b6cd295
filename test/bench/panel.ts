import { randomUUID } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { connect, disconnect } from '../../src/db/database.ts'
import { joinDatabase } from '../../src/db/open.ts'
import { start } from '../../src/server.ts'

/**
 * All of Innkeeper on a throw-away folder, with its own durable Postgres, or with a database made for
 * the time being in the one that DATABASE_URL names, whose role must be allowed to.
 */
export async function benchPanel() {
  const folder = mkdtempSync(join(tmpdir(), 'innkeeper-bench-'))
  chmodSync(folder, 0o711)
  const dataFolder = join(folder, 'data')
  const own = await ownDatabase()
  const panel = await start({
    dataFolder,
    databaseUrl: own?.url ?? null,
    host: '127.0.0.1',
    port: 0,
    origin: null,
    trustedProxies: [],
    webProcesses: 2,
  })
  const db = await joinDatabase(own?.url ?? null, dataFolder)
  const [row] = await db.execute<{ version: string }>(sql`select version()`)
  console.log(row!.version)
  return {
    ...panel,
    dataFolder,
    db,
    async [Symbol.asyncDispose]() {
      await disconnect(db)
      await panel.stop()
      await own?.drop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function ownDatabase() {
  const server = process.env.DATABASE_URL
  if (!server) return undefined
  const name = `innkeeper_bench_${randomUUID().slice(0, 8)}`
  await by(server, `create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => by(server, `drop database ${name} with (force)`) }
}

async function by(url: string, statement: string) {
  const admin = connect(url, 1, 0)
  await admin.execute(sql.raw(statement))
  await disconnect(admin)
}
