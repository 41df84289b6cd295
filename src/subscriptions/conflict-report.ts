import { createHash } from 'node:crypto'
import { asc, eq } from 'drizzle-orm'
import type { Installable } from '../contract/installable.ts'
import type { Said } from '../contract/said.ts'
import type { Db } from '../db/database.ts'
import type { Host } from '../hosts/schema.ts'
import { catalogue, type PropertyKey, type Value } from '../plans/catalogue.ts'
import { type Property, unlimited } from '../plans/property.ts'
import { installableFor } from './remedies.ts'
import { conflicts, type Subscription } from './schema.ts'

/** P-51, P-56 */
export interface Lack {
  property: Property
  wanted: Value
  available: Value
  remedy: string
  said: Said | null
  feature: Installable | null
}

export interface Report {
  lacks: Lack[]
  /** says what was read, so that nobody accepts what they have not seen (F-73) */
  seen: string
}

export async function conflictReport(
  db: Db,
  { id }: Pick<Subscription, 'id'>,
  host: Pick<Host, 'facts'>,
): Promise<Report> {
  const rows = await db
    .select()
    .from(conflicts)
    .where(eq(conflicts.subscriptionId, id))
    .orderBy(asc(conflicts.property))
  const lacks = rows.flatMap(({ property, wanted, available, remedy, said }) => {
    if (!Object.hasOwn(catalogue, property)) return []
    const key = property as PropertyKey
    const feature = installableFor(key, wanted, host.facts?.debian)
    return [{ property: catalogue[key], wanted, available, remedy, said, feature }]
  })
  return { lacks, seen: fingerprint(rows) }
}

export const fingerprint = (
  rows: Pick<typeof conflicts.$inferSelect, 'property' | 'available'>[],
): string => {
  const text = JSON.stringify(rows.map(({ property, available }) => [property, available]))
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

/**
 * Where the file system keeps no disk limits they are only measured. That is so on most hosts, and
 * a conflict only where the plan asks for more: a note.
 */
export const diskIsOnlyMeasured = (
  { values }: Pick<Subscription, 'values'>,
  { facts }: Pick<Host, 'facts'>,
): boolean =>
  values.disk !== unlimited &&
  values.diskLimit !== 'enforced' &&
  facts !== null &&
  !facts.provides.includes('quota')
