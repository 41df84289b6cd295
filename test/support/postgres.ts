import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import type { TestProject } from 'vitest/node'
import { connect, disconnect } from '../../src/db/database.ts'
import { startPostgres } from '../../src/db/embedded.ts'
import { migrate } from '../../src/db/migrate.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** a database URL with `DATABASE` where its name goes */
    postgres: string
  }
}

const quick = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=300']

/** One throw-away server for the whole run, with a migrated database to clone. */
export default async function setup(project: TestProject) {
  const home = mkdtempSync(join(tmpdir(), 'innkeeper-test-'))
  const server = await startPostgres(
    home,
    quick.flatMap((flag) => ['-c', flag]),
  )
  const admin = connect(server.url('postgres'), 1)
  await admin.execute(sql`create database template`)
  await disconnect(admin)

  const template = connect(server.url('template'), 2)
  await migrate(template)
  await disconnect(template)

  project.provide('postgres', server.url('DATABASE'))
  return async () => {
    await server.stop()
    rmSync(home, { recursive: true, force: true })
  }
}
