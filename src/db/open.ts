import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { connect, type Database, disconnect } from './database.ts'
import { findPostgres, startPostgres } from './embedded.ts'
import { migrate } from './migrate.ts'

export interface OpenDatabase {
  db: Database
  url: string
  close(): Promise<void>
}

const oldest = 15

/**
 * The migrated database: your own, or the embedded one started in `dataFolder`.
 *
 * @throws {Error} with one plain sentence when it cannot be had
 */
export async function openDatabase(
  databaseUrl: string | null,
  dataFolder: string,
): Promise<OpenDatabase> {
  if (databaseUrl) {
    const db = await reach(databaseUrl)
    return { db, url: databaseUrl, close: () => disconnect(db) }
  } else {
    // A folder of its own: its user must not be able to put other keys beside it.
    const server = await startPostgres(embeddedIn(dataFolder))
    const url = server.url('innkeeper')
    try {
      await createDatabase(server.url('postgres'))
      const db = await reach(url)
      return {
        db,
        url,
        async close() {
          await disconnect(db)
          await server.stop()
        },
      }
    } catch (error) {
      await server.stop()
      throw error
    }
  }
}

/**
 * The database of a panel that is running, for a command beside it.
 *
 * @throws {Error} with one plain sentence when there is none
 */
export async function joinDatabase(
  databaseUrl: string | null,
  dataFolder: string,
): Promise<Database> {
  const url = databaseUrl ?? (await findPostgres(embeddedIn(dataFolder)))?.url('innkeeper')
  if (!url) throw new Error('Innkeeper is not running here; start it first with “npm start”.')
  return reach(url)
}

const embeddedIn = (dataFolder: string) => join(dataFolder, 'postgres')

async function createDatabase(maintenanceUrl: string) {
  const admin = connect(maintenanceUrl, 1)
  const found = await admin.execute(sql`select from pg_database where datname = 'innkeeper'`)
  if (found.length === 0) await admin.execute(sql`create database innkeeper`)
  await disconnect(admin)
}

async function reach(url: string): Promise<Database> {
  const db = connect(url)
  try {
    const [row] = await db.execute<{ version: number }>(
      sql`select current_setting('server_version_num')::int / 10000 as version`,
    )
    if (row!.version < oldest) {
      throw new Error(`Innkeeper needs Postgres ${oldest} or newer; this one is ${row!.version}.`)
    }
    await migrateAt(url)
    return db
  } catch (error) {
    await disconnect(db)
    throw explained(error, url)
  }
}

/** A migration of many rows takes longer than any page may. */
async function migrateAt(url: string) {
  const db = connect(url, 2, 0)
  try {
    await migrate(db)
  } finally {
    await disconnect(db)
  }
}

/** Drizzle's own message carries the query; the cause says what is wrong, without the password. */
function explained(error: unknown, url: string): Error {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const { code, message } = cause as { code?: string; message: string }
  const where = `${new URL(url).host}${new URL(url).pathname}`
  switch (code) {
    case undefined:
      return cause as Error
    case 'ECONNREFUSED':
    case 'ENOENT':
    case 'CONNECT_TIMEOUT':
    case 'EHOSTUNREACH':
      return new Error(
        `No Postgres answers at ${where}; check DATABASE_URL and that it is running.`,
      )
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new Error(`The host in DATABASE_URL (${where}) is not known.`)
    case '28P01':
    case '28000':
      return new Error(`Postgres at ${where} refuses the user or password in DATABASE_URL.`)
    case '3D000':
      return new Error(`The database in DATABASE_URL (${where}) does not exist; create it first.`)
    default:
      return new Error(`The database at ${where} cannot be used: ${message}.`)
  }
}
