import { eq, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { difference, record } from '../audit/record.ts'
import type { Database, Transaction } from '../db/database.ts'
import { Invalid } from '../errors.ts'
import { enqueue } from '../jobs/enqueue.ts'
import { lockHost } from './access.ts'
import { refuseKnownPlace } from './adding.ts'
import { hostAddress, type Place } from './address.ts'
import { since } from './health.ts'
import { checkHost, greetHost } from './jobs.ts'
import { type Host, hosts } from './schema.ts'

export interface HostChange {
  name: string
  /** takes new subscriptions */
  open: boolean
  /** where it is reached; absent: as before */
  place?: Place | undefined
  /** the one the form was drawn from (F-73) */
  version: number
}

export interface ChangedHost {
  host: Host
  /** looks whether it answers at its new address; null: nothing was to be looked at */
  jobId: number | null
}

/**
 * A machine that has moved is the same as long as it shows the confirmed key. Nothing is sent to one
 * that shows another, until an admin confirms that (F-151).
 */
export function changeHost(
  db: Database,
  actor: Actor,
  id: number,
  { version, name, open, place: typed }: HostChange,
): Promise<ChangedHost> {
  return db.transaction(async (tx) => {
    const host = await lockHost(tx, actor, id, version)
    const place = placeOf(host, typed)
    const wanted = { name, open, ...place }
    const changes = difference(host, wanted, ['name', 'open', 'address', 'port'])
    if (Object.keys(changes).length === 0) return { host, jobId: null }

    const moved = 'address' in changes || 'port' in changes
    if (name !== host.name) await refuseTaken(tx, name)
    if (moved) await refuseKnownPlace(tx, place)
    await record(tx, actor, {
      action: 'host.changed',
      object: { kind: 'host', id, name },
      changes,
    })
    const [changed] = await tx
      .update(hosts)
      .set({ ...wanted, ...(moved ? unseen(host) : {}), version: sql`${hosts.version} + 1` })
      .where(eq(hosts.id, id))
      .returning()
    const order = {
      kind: host.hostKey ? checkHost : greetHost,
      payload: { hostId: id },
      hostId: id,
    }
    return { host: changed!, jobId: moved ? await enqueue(tx, actor, order) : null }
  })
}

function placeOf(host: Host, typed: Place | undefined): Place {
  const { kind, state, address, port } = host
  if (kind === 'sandbox' || !typed) return { address, port }
  const place = { address: hostAddress(typed.address), port: typed.port }
  if (state === 'enrolling' && (place.address !== address || place.port !== port)) {
    throw new Invalid('address', 'It is being set up at this address.')
  }
  return place
}

/** What was seen at the old address says nothing of the new one. */
const unseen = ({ state }: Host) => ({
  offeredKey: null,
  retryAt: null,
  failures: 0,
  ...(state === 'key-changed' || state === 'online'
    ? { ...away, stateSince: since('offline') }
    : {}),
})

const away = { state: 'offline', stateReason: 'Its address was changed.', stateDetail: '' } as const

async function refuseTaken(tx: Transaction, name: string) {
  const [taken] = await tx.select({ id: hosts.id }).from(hosts).where(eq(hosts.name, name))
  if (taken) throw new Invalid('name', 'Another host has this name.')
}
