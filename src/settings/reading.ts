import { eq, sql } from 'drizzle-orm'
import { built } from '../db/built.ts'
import type { Db } from '../db/database.ts'
import { among } from '../db/many.ts'
import {
  type OwnProviderSettings,
  type ProviderSettings,
  providerCatalogue,
  type SystemSettings,
  systemCatalogue,
} from './catalogue.ts'
import { settings } from './schema.ts'

/** The system's own settings belong to no account. */
export const systemId = 0

/** Where the database cannot be asked. */
export const initialSystem = systemOf({})

type Row = typeof settings.$inferSelect
type Stored = Record<string, unknown>

export async function systemSettings(db: Db): Promise<SystemSettings> {
  return systemOf(stored(await rowsOf(db, systemId)))
}

/** For a statement that reads them beside something else; give it to `systemOf`. */
export const storedSystem = sql<Stored>`(select coalesce(json_object_agg(${settings.name}, ${settings.value}), '{}')
  from ${settings} where ${settings.accountId} = ${sql.raw(String(systemId))})`

export function systemOf(stored: Stored) {
  return valuesOf(systemCatalogue, stored) as SystemSettings
}

/** What this provider has said; what it has not is the system's. */
export async function providerSettings(db: Db, accountId: number): Promise<ProviderSettings> {
  const rows = await db
    .select()
    .from(settings)
    .where(among(settings.accountId, [systemId, accountId]))
  const own = ownOf(rows.filter((row) => row.accountId === accountId))
  const system = systemOf(stored(rows.filter((row) => row.accountId === systemId)))
  return { ...own, trashDays: own.trashDays ?? system.trashDays }
}

/** Without the system's in place of what it has not said. */
export async function ownProviderSettings(db: Db, accountId: number): Promise<OwnProviderSettings> {
  return ownOf(await rowsOf(db, accountId))
}

const rowsOf = (db: Db, accountId: number) =>
  built(db, 'settings', () =>
    db
      .select()
      .from(settings)
      .where(eq(settings.accountId, sql.placeholder('accountId')))
      .prepare('settings'),
  ).execute({ accountId })

const stored = (rows: Row[]): Stored =>
  Object.fromEntries(rows.map(({ name, value }) => [name, value]))

const ownOf = (rows: Row[]) => valuesOf(providerCatalogue, stored(rows)) as OwnProviderSettings

type Catalogue = typeof systemCatalogue | typeof providerCatalogue

/** A value that an older version wrote otherwise counts as not said. */
function valuesOf(catalogue: Catalogue, stored: Stored): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(catalogue).map(([name, { schema, initial }]) => {
      if (!Object.hasOwn(stored, name)) return [name, initial]
      const read = schema.safeParse(stored[name])
      return [name, read.success ? read.data : initial]
    }),
  )
}
