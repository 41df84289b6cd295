import { and, eq, inArray, lte, or, sql } from 'drizzle-orm'
import type { HostFacts } from '../contract/messages.ts'
import type { Database } from '../db/database.ts'
import { type Host, type HostState, hosts } from './schema.ts'

/** States in which it is worked with, or would be if it answered. */
const inUse: HostState[] = ['online', 'offline']

/** Of a host that is reachable: facts older than this are asked for again. */
const factsSeconds = 55

export type Sighting = Pick<Host, 'agentVersion' | 'agentOutdated'> & { facts: HostFacts }

/** It answers. Jobs that waited for it are free at once. */
export async function markOnline(db: Database, id: number, seen: Sighting) {
  const [host] = await db
    .update(hosts)
    .set({ ...seen, ...asOnline, stateSince: since('online'), grown: grownBy(seen.facts) })
    .where(and(eq(hosts.id, id), inArray(hosts.state, inUse)))
    .returning({ id: hosts.id })
  if (host) await wakeRunners(db)
}

export async function storeFacts(db: Database, id: number, facts: HostFacts) {
  await db
    .update(hosts)
    .set({ facts, factsAt: sql`now()`, grown: grownBy(facts) })
    .where(eq(hosts.id, id))
}

/**
 * Told in the statement that stores the facts: whoever compares before or after may come too late.
 * Some file systems vary a little in what they call their size.
 */
function grownBy(facts: HostFacts) {
  const [provides, size] = [JSON.stringify(facts.provides), facts.disk.total]
  return sql`${hosts.grown} or coalesce(
    not ${hosts.facts} -> 'provides' @> ${provides}::jsonb
    or ${size} > 1.05 * (${hosts.facts} -> 'disk' ->> 'total')::bigint, false)`
}

/**
 * It does not answer: its jobs wait. Tried again after a pause that doubles up to half a minute and is
 * never the same for two hosts, so it is back within a minute of its return (F-150).
 */
export async function markAway(
  db: Database,
  id: number,
  { reason, detail }: { reason: string; detail: string },
) {
  await db
    .update(hosts)
    .set({
      state: 'offline',
      stateSince: since('offline'),
      stateReason: reason,
      stateDetail: detail,
      failures: sql`${hosts.failures} + 1`,
      retryAt: sql`now() + make_interval(secs =>
        least(30, power(2, least(${hosts.failures} + 1, 5))) * (0.5 + random() / 2))`,
    })
    .where(and(eq(hosts.id, id), inArray(hosts.state, inUse)))
}

/** Stopped until an admin confirms the new key (F-151). */
export async function markKeyChanged(db: Database, id: number, offered: string) {
  await db
    .update(hosts)
    .set({
      state: 'key-changed',
      stateSince: since('key-changed'),
      stateReason: 'It shows another key than the confirmed one.',
      stateDetail: '',
      offeredKey: offered,
    })
    .where(and(eq(hosts.id, id), inArray(hosts.state, [...inUse, 'enrolling'])))
}

/** Whom the schedule should look at now. */
export async function hostsToLookAt(db: Database): Promise<number[]> {
  const rows = await db
    .select({ id: hosts.id })
    .from(hosts)
    .where(
      or(
        and(
          eq(hosts.state, 'online'),
          sql`coalesce(${hosts.factsAt}, '-infinity') < now() - make_interval(secs => ${factsSeconds})`,
        ),
        and(
          eq(hosts.state, 'offline'),
          or(sql`${hosts.retryAt} is null`, lte(hosts.retryAt, sql`now()`)),
        ),
      ),
    )
  return rows.map(({ id }) => id)
}

export const asOnline = {
  state: 'online',
  stateReason: '',
  stateDetail: '',
  failures: 0,
  retryAt: null,
  factsAt: sql`now()`,
} as const

/** When it came into the state it is in: unchanged while it stays there. */
export const since = (state: HostState) =>
  sql`case when ${hosts.state} = ${state} then ${hosts.stateSince} else now() end`

const wakeRunners = (db: Database) => db.execute(sql`select pg_notify('jobs_waiting', '')`)
