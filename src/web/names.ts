import type { Db } from '../db/database.ts'
import { among } from '../db/many.ts'
import { type Host, hosts } from '../hosts/schema.ts'
import { subscriptions } from '../subscriptions/schema.ts'

/** What people call the things a job is about; null when there are none or they are gone. */
export interface Names {
  host: string | null
  domain: string | null
}

interface About {
  hostId: Host['id'] | null
  subscriptionId: number | null
}

export async function named<Row extends About>(db: Db, rows: Row[]): Promise<(Row & Names)[]> {
  const [hostNames, domains] = await Promise.all([
    db
      .select({ id: hosts.id, name: hosts.name })
      .from(hosts)
      .where(among(hosts.id, distinct(rows.map((row) => row.hostId)))),
    db
      .select({ id: subscriptions.id, name: subscriptions.domain })
      .from(subscriptions)
      .where(among(subscriptions.id, distinct(rows.map((row) => row.subscriptionId)))),
  ])
  const host = nameIn(hostNames)
  const domain = nameIn(domains)
  return rows.map((row) => ({ ...row, host: host(row.hostId), domain: domain(row.subscriptionId) }))
}

const distinct = (ids: (number | null)[]) => [...new Set(ids.filter((id) => id !== null))]

function nameIn(found: { id: number; name: string }[]) {
  const names = new Map(found.map(({ id, name }) => [id, name]))
  return (id: number | null) => (id === null ? null : (names.get(id) ?? null))
}
