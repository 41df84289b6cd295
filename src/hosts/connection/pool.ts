import { eq } from 'drizzle-orm'
import { bundle } from '../../agent/bundle.ts'
import type { HostFacts } from '../../contract/messages.ts'
import type { Database } from '../../db/database.ts'
import { markAway, markKeyChanged, markOnline } from '../health.ts'
import { type Host, hosts } from '../schema.ts'
import type { Connected } from './connected.ts'
import { dial, readHostKey } from './dial.ts'
import { HostAway, type HostConnection, HostKeyChanged, type Hosts, Unknown } from './hosts.ts'
import { type Limits, limits as usual } from './limits.ts'
import type { PanelKey } from './panel-key.ts'
import { rootShell } from './root.ts'
import { openSandbox } from './sandbox.ts'
import { connectAgent } from './ssh.ts'

export interface HostsOptions {
  db: Database
  /** sandboxes lie in it */
  dataFolder: string
  key: PanelKey
  limits?: Limits
}

interface Kept {
  /** what it was made with; another address or key needs another connection */
  door: string
  connection: Promise<Connected>
  /** set once it stands */
  current?: Connected
}

/** What became of a connection is written to the host's row, for whoever waits for it and for people. */
export function openHosts({ db, dataFolder, key, limits = usual }: HostsOptions): Hosts {
  const kept = new Map<number, Kept>()
  let closed = false

  function drop(hostId: number) {
    const known = kept.get(hostId)
    kept.delete(hostId)
    known?.connection.then((connection) => connection.close()).catch(() => {})
  }

  async function open(hostId: number): Promise<HostConnection> {
    const host = await find(db, hostId).catch((error) => {
      drop(hostId)
      throw error
    })
    if (closed) throw new HostAway('The panel is stopping.')
    const door = doorOf(host)
    const known = kept.get(hostId)
    if (known?.door === door && (await serves(known, host))) return known.connection
    // While we looked, somebody else may have made a new one.
    const latest = kept.get(hostId)
    if (latest && latest !== known && latest.door === door) return latest.connection

    drop(hostId)
    const fresh: Kept = { door, connection: connect(host) }
    kept.set(hostId, fresh)
    try {
      fresh.current = await fresh.connection
    } catch (error) {
      if (kept.get(hostId) === fresh) kept.delete(hostId)
      throw error
    }
    return fresh.current
  }

  /** Where somebody else found the host away, a word over our connection decides. */
  async function serves({ current }: Kept, host: Host): Promise<boolean> {
    if (!current) return true
    if (current.gone || host.state === 'online') return !current.gone
    try {
      await sighted(host, current, await current.facts())
      return true
    } catch (error) {
      if (error instanceof HostAway || error instanceof Unknown) return false
      throw error
    }
  }

  async function sighted({ id, kind }: Host, { agent }: Connected, facts: HostFacts) {
    const agentOutdated = kind === 'ssh' && agent !== (await bundle()).version
    await markOnline(db, id, { agentVersion: agent, agentOutdated, facts })
  }

  async function connect(host: Host): Promise<Connected> {
    try {
      const connection = await reach(host)
      await sighted(host, connection, connection.greeting)
      return connection
    } catch (error) {
      if (error instanceof HostAway) await markAway(db, host.id, error)
      if (error instanceof HostKeyChanged) await markKeyChanged(db, host.id, error.offered)
      throw error
    }
  }

  const reach = async (host: Host) =>
    host.kind === 'sandbox'
      ? openSandbox(dataFolder, host.id)
      : connectAgent({ ...host, hostKey: host.hostKey! }, key.private, limits)

  return {
    open,
    hostKey: (place) => readHostKey(place, limits),
    async enter(place, password) {
      const credential = password === null ? { privateKey: key.private } : { password }
      const client = await dial({ ...place, user: 'root' }, credential, limits)
      return rootShell(client, key.public)
    },
    drop,
    /** Does not wait for those that are just being made: a host that hangs must not keep us. */
    async close() {
      closed = true
      for (const hostId of kept.keys()) drop(hostId)
    },
  }
}

/** Read each time: what another process has confirmed, changed or forbidden holds at once. */
async function find(db: Database, hostId: number): Promise<Host> {
  const [host] = await db.select().from(hosts).where(eq(hosts.id, hostId))
  if (!host) throw new HostAway('This host has been removed.')
  if (host.state === 'key-changed') throw new HostKeyChanged(host.offeredKey ?? '')
  if (host.state !== 'online' && host.state !== 'offline') {
    throw new HostAway('This host is not set up yet.')
  }
  return host
}

const doorOf = ({ address, port, hostKey }: Host) => JSON.stringify([address, port, hostKey])
