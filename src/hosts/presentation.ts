import type { Actor } from '../audit/actor.ts'
import type { Database } from '../db/database.ts'
import { snapshot } from '../db/snapshot.ts'
import { findHost, type ListedHost, mayChangeHosts } from './access.ts'
import { fingerprint } from './fingerprint.ts'
import { type RecentJob, recentJobs } from './recent-jobs.ts'
import { type Status, statusOf } from './status.ts'
import { warnings } from './warnings.ts'

export interface ShownHost extends ListedHost {
  status: Status
  /** `web1.example.com`, `[2001:db8::7]:2222` */
  place: string
}

export interface PresentedHost {
  host: ShownHost
  mayChange: boolean
  /** fingerprints of the pinned key and of the one it showed */
  pinned: string | null
  offered: string | null
  warnings: ReturnType<typeof warnings>
  jobs: RecentJob[]
}

export async function presentHost(db: Database, actor: Actor, id: number): Promise<PresentedHost> {
  const { host, jobs } = await snapshot(db, async (tx) => ({
    host: await findHost(tx, actor, id),
    jobs: await recentJobs(tx, id),
  }))
  return {
    host: shown(host),
    mayChange: mayChangeHosts(actor),
    pinned: host.hostKey && fingerprint(host.hostKey),
    offered: host.offeredKey && fingerprint(host.offeredKey),
    warnings: host.facts ? warnings(host.facts) : [],
    jobs,
  }
}

export const shown = (host: ListedHost): ShownHost => ({
  ...host,
  status: statusOf[host.state],
  place: placeOf(host),
})

function placeOf({ address, port }: ListedHost): string {
  if (port === 22) return address
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}
