import { and, eq, inArray, type SQL, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import { forgetSecret, keepSecret, readSecret } from '../auth/sealing.ts'
import type { Database, Transaction } from '../db/database.ts'
import { Conflict, Stale } from '../errors.ts'
import { enqueue } from '../jobs/enqueue.ts'
import { jobs } from '../jobs/schema.ts'
import { lockHost } from './access.ts'
import { fingerprint } from './fingerprint.ts'
import { since } from './health.ts'
import { enrolHost, greetHost } from './jobs.ts'
import { type Host, hosts } from './schema.ts'

/** How the panel becomes root this once; null = its own public key stands in root's authorized_keys. */
export type RootPassword = string | null

export interface EnrolmentOrder {
  /** that of the key on the page, once it is confirmed; null when one is pinned already */
  confirmed: string | null
  password: RootPassword
}

/** The root password is needed for as long as this at the most, then it is gone. */
const passwordMinutes = 60

/**
 * Prepares the machine, for the first time or again: the same steps find what is done. The host's key
 * is pinned here, before anything is sent to it.
 *
 * @returns the job's number
 */
export function enrol(
  db: Database,
  sealingKey: Buffer,
  actor: Actor,
  hostId: number,
  { confirmed, password }: EnrolmentOrder,
): Promise<number> {
  return db.transaction(async (tx) => {
    const host = await lockHost(tx, actor, hostId)
    await refuseNow(tx, host)
    const hostKey = host.hostKey ?? confirmedKey(host, confirmed)

    await keepSecret(tx, sealingKey, {
      ...secretOf(hostId),
      text: JSON.stringify(password),
      minutes: passwordMinutes,
    })
    await tx
      .update(hosts)
      .set({ ...stage('enrolling', 'Its turn comes soon.'), hostKey, offeredKey: null })
      .where(eq(hosts.id, hostId))
    await record(tx, actor, {
      action: 'host.enrolment_started',
      object: { kind: 'host', id: hostId, name: host.name },
      changes: { hostKey: { to: fingerprint(hostKey) } },
    })
    return enqueue(tx, actor, { kind: enrolHost, payload: { hostId }, hostId })
  })
}

/** Once more, after a first try that did not reach it. */
export function greetAgain(db: Database, actor: Actor, hostId: number): Promise<number> {
  return db.transaction(async (tx) => {
    const host = await lockHost(tx, actor, hostId)
    if (host.kind === 'sandbox' || host.hostKey) {
      throw new Conflict('The key of this host is known already.')
    }
    await tx.update(hosts).set(stage('new', '')).where(eq(hosts.id, hostId))
    return enqueue(tx, actor, { kind: greetHost, payload: { hostId }, hostId })
  })
}

/** What the host showed, for an admin to compare with what its console says. */
export async function storeGreeting(db: Database, hostId: number, offeredKey: string) {
  await db
    .update(hosts)
    .set({ ...stage('new', ''), offeredKey })
    .where(sql`${hosts.id} = ${hostId} and ${hosts.hostKey} is null`)
}

export async function greetingFailed(db: Database, hostId: number, reason: string, detail: string) {
  await db
    .update(hosts)
    .set(stage('failed', reason, detail))
    .where(sql`${hosts.id} = ${hostId} and ${hosts.hostKey} is null`)
}

/** @returns undefined when it has expired */
export async function rootPassword(
  db: Database,
  sealingKey: Buffer,
  hostId: number,
): Promise<{ password: RootPassword } | undefined> {
  const text = await readSecret(db, sealingKey, secretOf(hostId))
  return text === undefined ? undefined : { password: JSON.parse(text) }
}

/** For those who watch: one plain sentence about what it is at. */
export async function enrolmentAt(db: Database, hostId: number, sentence: string) {
  await db.update(hosts).set({ stateReason: sentence, stateDetail: '' }).where(enrolling(hostId))
}

/** Prepared: whoever opens it next finds out whether the agent answers. */
export function enrolmentDone(db: Database, hostId: number) {
  return ended(db, hostId, stage('offline', 'Its agent is being called.'))
}

/** One that was in use before goes on as it was, as far as it can; a new one waits for a person. */
export function enrolmentFailed(db: Database, hostId: number, reason: string, detail: string) {
  const wasInUse = sql`${hosts.agentVersion} is not null`
  return ended(db, hostId, {
    ...stage('failed', reason, detail),
    state: sql`case when ${wasInUse} then 'offline' else 'failed' end::host_state`,
  })
}

export const secretOf = (hostId: number) => ({
  purpose: 'root password',
  objectId: hostId,
  loginId: null,
})

async function ended(db: Database, hostId: number, values: object) {
  await db.transaction(async (tx) => {
    await forgetSecret(tx, secretOf(hostId))
    await tx
      .update(hosts)
      .set({ ...values, retryAt: null, failures: 0 })
      .where(enrolling(hostId))
  })
}

const enrolling = (hostId: number): SQL =>
  sql`${hosts.id} = ${hostId} and ${hosts.state} = 'enrolling'`

async function refuseNow(tx: Transaction, { id, kind, state }: Host) {
  if (kind === 'sandbox') throw new Conflict('A sandbox needs no enrolment.')
  if (await isUnderWay(tx, id)) throw new Conflict('This host is being set up already.')
  if (state === 'key-changed') throw new Conflict('Confirm the new key of this host first.')
}

/** Asked of the queue, not of the host's state: its job may have been cancelled or parked. */
async function isUnderWay(tx: Transaction, hostId: number): Promise<boolean> {
  const open = await tx
    .select({ id: jobs.id })
    .from(jobs)
    .where(
      and(
        eq(jobs.kind, enrolHost.name),
        eq(jobs.key, String(hostId)),
        inArray(jobs.state, ['waiting', 'running']),
      ),
    )
  return open.length > 0
}

function confirmedKey({ offeredKey }: Host, confirmed: string | null): string {
  if (offeredKey && confirmed === fingerprint(offeredKey)) return offeredKey
  throw new Stale('The host shows another key now than on the page you saw. Compare it again.')
}

const stage = (state: Host['state'], stateReason: string, stateDetail = '') => ({
  state,
  stateReason,
  stateDetail,
  stateSince: since(state),
})
