import { eq, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Database, Db, Transaction } from '../db/database.ts'
import { Conflict, Forbidden } from '../errors.ts'
import { hosts } from '../hosts/schema.ts'
import { enqueue } from '../jobs/enqueue.ts'
import { seal } from '../secrets/seal.ts'
import { systemSettings } from '../settings/reading.ts'
import type { Subscription } from '../subscriptions/schema.ts'
import { want } from '../subscriptions/want.ts'
import { lockDomain, type OwnedDomain } from './access.ts'
import { ensureAcmeAccount } from './acme-account.ts'
import { readCertificate } from './certificate.ts'
import { fetchCertificate } from './jobs.ts'
import { certificates } from './schema.ts'

/** What a sealed certificate key is bound to. */
export const keyContext = (domainId: number) => `certificate ${domainId}`

/**
 * A certificate that somebody bought or made.
 *
 * @returns the job's number
 * @throws {Invalid} at `chain` or `key`
 */
export function uploadCertificate(
  db: Database,
  sealingKey: Buffer,
  actor: Actor,
  id: number,
  typed: { chain: string; key: string },
): Promise<number> {
  return db.transaction(async (tx) => {
    const owned = await lockForHttps(tx, actor, id)
    const { key, ...read } = readCertificate(owned.domain.name, typed)
    const stored = {
      ...read,
      source: 'uploaded' as const,
      sealedKey: seal(sealingKey, key, keyContext(id)),
      dueAt: null,
      failures: 0,
      lastError: '',
    }
    await tx
      .insert(certificates)
      .values({ domainId: id, ...stored })
      .onConflictDoUpdate({ target: certificates.domainId, set: stored })
    await tell(tx, actor, owned, 'certificate.uploaded', { validUntil: { to: read.validUntil } })
    return want(tx, actor, owned.subscription, {})
  })
}

/**
 * One from the ACME server, now and whenever it is about to expire. What is there is served until
 * then.
 *
 * @returns the number of the job that fetches it
 * @throws {Conflict} where no server could reach the domain
 */
export function requestCertificate(db: Database, sealingKey: Buffer, actor: Actor, id: number) {
  return db.transaction(async (tx) => {
    const owned = await lockForHttps(tx, actor, id)
    await refuseSandbox(tx, owned.subscription)
    const { acmeDirectory } = await systemSettings(tx)
    await ensureAcmeAccount(tx, sealingKey, acmeDirectory)
    const fetched = { source: 'fetched' as const, failures: 0, lastError: '', dueAt: inHalfADay }
    await tx
      .insert(certificates)
      .values({ domainId: id, ...fetched })
      .onConflictDoUpdate({ target: certificates.domainId, set: fetched })
    await tell(tx, actor, owned, 'certificate.requested', { from: { to: acmeDirectory } })
    // its host must answer the server's challenge before the order
    await want(tx, actor, owned.subscription, {})
    return enqueue(tx, actor, {
      kind: fetchCertificate,
      payload: { domainId: id },
      hostId: null,
      accountId: owned.account.id,
      subscriptionId: owned.subscription.id,
    })
  })
}

/** When the schedule looks after it again, whatever becomes of the job. */
export const inHalfADay = sql<Date>`now() + interval '12 hours'`

/** @returns the job's number, null when there was none */
export function removeCertificate(db: Database, actor: Actor, id: number) {
  return db.transaction(async (tx) => {
    const owned = await lockDomain(tx, actor, id)
    const gone = await tx
      .delete(certificates)
      .where(eq(certificates.domainId, id))
      .returning({ id: certificates.domainId })
    if (gone.length === 0) return null
    await tell(tx, actor, owned, 'certificate.removed', {})
    return want(tx, actor, owned.subscription, {})
  })
}

/** null: there is none, and none is being fetched */
export async function certificateOf(db: Db, domainId: number) {
  const [found] = await db
    .select({ validUntil: certificates.validUntil, failures: certificates.failures })
    .from(certificates)
    .where(eq(certificates.domainId, domainId))
  return found ?? null
}

/** @throws {Forbidden} when the plan does not give HTTPS */
async function lockForHttps(tx: Transaction, actor: Actor, id: number): Promise<OwnedDomain> {
  const owned = await lockDomain(tx, actor, id)
  if (owned.subscription.values.https === true) return owned
  throw new Forbidden('The plan does not give HTTPS.')
}

async function refuseSandbox(tx: Transaction, { hostId }: Subscription) {
  const [host] = await tx.select({ kind: hosts.kind }).from(hosts).where(eq(hosts.id, hostId))
  if (host?.kind !== 'sandbox') return
  throw new Conflict('This domain lies in the sandbox, where no certificate server can reach it.')
}

const tell = (
  tx: Transaction,
  actor: Actor,
  { domain, account }: OwnedDomain,
  action: string,
  changes: Record<string, { to: unknown }>,
) =>
  record(tx, actor, {
    action,
    object: { kind: 'domain', id: domain.id, name: domain.name },
    accountId: account.id,
    changes,
  })
