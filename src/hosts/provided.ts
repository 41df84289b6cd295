import { isNotNull, sql } from 'drizzle-orm'
import type { Db } from '../db/database.ts'
import { hosts } from './schema.ts'

/** How many hosts have told what they can do, and how many of them can do each thing. */
export interface Provided {
  hosts: number
  by: Map<string, number>
}

export async function provided(db: Db): Promise<Provided> {
  const rows = await db
    .select({ provides: sql<string[]>`${hosts.facts} -> 'provides'` })
    .from(hosts)
    .where(isNotNull(hosts.facts))
  const by = new Map<string, number>()
  for (const feature of rows.flatMap((row) => [...new Set(row.provides)])) {
    by.set(feature, (by.get(feature) ?? 0) + 1)
  }
  return { hosts: rows.length, by }
}
