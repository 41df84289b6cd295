import { and, asc, eq } from 'drizzle-orm'
import type { Feature } from '../contract/features.ts'
import type { Db, Transaction } from '../db/database.ts'
import { Invalid } from '../errors.ts'
import type { Values } from '../plans/catalogue.ts'
import { needs } from '../plans/needs.ts'
import { subscriptionCount } from './access.ts'
import { type Host, type HostState, hosts } from './schema.ts'

export interface Candidate {
  id: number
  kind: Host['kind']
  provides: readonly string[]
  /** bytes */
  freeDisk: number
  subscriptions: number
}

/**
 * The host of a new subscription. Chosen: that one, if it takes new ones; what it lacks makes the
 * subscription unsynced, not impossible (P-48). Not chosen: the best that is online.
 *
 * @throws {Invalid} naming why there is none
 */
export async function placeOn(
  tx: Transaction,
  values: Values,
  chosen: number | null,
): Promise<Host> {
  return chosen === null ? automatic(tx, needs(values)) : explicit(tx, chosen)
}

/** Best first: lacks least, has most room, has fewest; a sandbox only where there is no real host. */
export function rank<C extends Candidate>(candidates: C[], needed: readonly Feature[]): C[] {
  const real = candidates.some(({ kind }) => kind === 'ssh')
  const lacks = ({ provides }: C) => needed.filter((feature) => !provides.includes(feature)).length
  return candidates
    .filter(({ kind }) => kind === 'ssh' || !real)
    .toSorted(
      (a, b) =>
        lacks(a) - lacks(b) ||
        b.freeDisk - a.freeDisk ||
        a.subscriptions - b.subscriptions ||
        a.id - b.id,
    )
}

/** Hosts to choose from in a form. */
export function hostChoices(db: Db): Promise<Pick<Host, 'id' | 'name' | 'kind'>[]> {
  return db
    .select({ id: hosts.id, name: hosts.name, kind: hosts.kind })
    .from(hosts)
    .where(and(eq(hosts.open, true), eq(hosts.state, 'online')))
    .orderBy(asc(hosts.name))
}

async function automatic(tx: Transaction, needed: readonly Feature[]): Promise<Host> {
  const all = await tx.select({ host: hosts, subscriptions: subscriptionCount }).from(hosts)
  const usable = all.filter(({ host }) => host.open && host.state === 'online')
  const real = all.some(({ host }) => host.kind === 'ssh' && wasInUse.includes(host.state))
  const candidates = usable
    // A real host that is away for a moment must not send customers into the sandbox.
    .filter(({ host }) => host.kind === 'ssh' || !real)
    .map(({ host, subscriptions }) => ({
      id: host.id,
      kind: host.kind,
      provides: host.facts?.provides ?? [],
      freeDisk: host.facts?.disk.free ?? 0,
      subscriptions,
      host,
    }))
  const [best] = rank(candidates, needed)
  if (best) return best.host
  throw new Invalid(
    'host',
    all.some(({ host }) => host.open)
      ? 'No host is online just now. Try again later, or look at Hosts.'
      : 'No host takes new subscriptions.',
  )
}

const wasInUse: HostState[] = ['online', 'offline', 'key-changed']

async function explicit(tx: Transaction, id: number): Promise<Host> {
  const [host] = await tx.select().from(hosts).where(eq(hosts.id, id)).for('share')
  if (!host) throw new Invalid('host', 'This host is not there any more. Choose another.')
  if (!host.open) {
    throw new Invalid('host', 'Host “{name}” takes no new subscriptions.', { name: host.name })
  }
  if (host.state !== 'online' && host.state !== 'offline') {
    throw new Invalid('host', 'Host “{name}” is not ready.', { name: host.name })
  }
  return host
}
