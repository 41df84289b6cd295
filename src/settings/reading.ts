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
export const initialSystem = systemOf([])

type Row = typeof settings.$inferSelect

export async function systemSettings(db: Db): Promise<SystemSettings> {
  return systemOf(await rowsOf(db, systemId))
}

/** What this provider has said; what it has not is the system's. */
export async function providerSettings(db: Db, accountId: number): Promise<ProviderSettings> {
  const rows = await db
    .select()
    .from(settings)
    .where(among(settings.accountId, [systemId, accountId]))
  const own = ownOf(rows.filter((row) => row.accountId === accountId))
  const system = systemOf(rows.filter((row) => row.accountId === systemId))
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

function systemOf(rows: Row[]) {
  return valuesOf(systemCatalogue, rows) as SystemSettings
}

function ownOf(rows: Row[]) {
  return valuesOf(providerCatalogue, rows) as OwnProviderSettings
}

type Catalogue = typeof systemCatalogue | typeof providerCatalogue

/** A value that an older version wrote otherwise counts as not said. */
function valuesOf(catalogue: Catalogue, rows: Row[]): Record<string, unknown> {
  const stored = new Map(rows.map((row) => [row.name, row.value]))
  return Object.fromEntries(
    Object.entries(catalogue).map(([name, { schema, initial }]) => {
      if (!stored.has(name)) return [name, initial]
      const read = schema.safeParse(stored.get(name))
      return [name, read.success ? read.data : initial]
    }),
  )
}
