import { sql } from 'drizzle-orm'
import type { Db } from '../db/database.ts'
import { among } from '../db/many.ts'
import { type Host, hosts } from '../hosts/schema.ts'
import { subscriptions } from '../subscriptions/schema.ts'

/** What people call the things a job is about; null when there are none or they are gone. */
export interface Names {
  host: string | null
  domain: string | null
  /** why that host takes no jobs now; null when it does (F-150) */
  hostAway: string | null
}

interface About {
  hostId: Host['id'] | null
  subscriptionId: number | null
}

export async function named<Row extends About>(db: Db, rows: Row[]): Promise<(Row & Names)[]> {
  const [hostNames, domains] = await Promise.all([
    db
      .select({
        id: hosts.id,
        name: hosts.name,
        away: sql<string | null>`case when ${hosts.state} <> 'online'
          then coalesce(nullif(${hosts.stateReason}, ''), 'It is not ready.') end`,
      })
      .from(hosts)
      .where(among(hosts.id, distinct(rows.map((row) => row.hostId)))),
    db
      .select({ id: subscriptions.id, name: subscriptions.domain })
      .from(subscriptions)
      .where(among(subscriptions.id, distinct(rows.map((row) => row.subscriptionId)))),
  ])
  const host = byId(hostNames)
  const domain = byId(domains)
  return rows.map((row) => ({
    ...row,
    host: host(row.hostId)?.name ?? null,
    hostAway: host(row.hostId)?.away ?? null,
    domain: domain(row.subscriptionId)?.name ?? null,
  }))
}

const distinct = (ids: (number | null)[]) => [...new Set(ids.filter((id) => id !== null))]

function byId<Found extends { id: number }>(found: Found[]) {
  const all = new Map(found.map((one) => [one.id, one]))
  return (id: number | null) => (id === null ? undefined : all.get(id))
}
