import { eq, sql } from 'drizzle-orm'
import { systemActor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Database, Db } from '../db/database.ts'
import { open, seal } from '../secrets/seal.ts'
import { systemSettings } from '../settings/reading.ts'
import { domains, subscriptions } from '../subscriptions/schema.ts'
import { want } from '../subscriptions/want.ts'
import type { AcmeOrder } from './acme.ts'
import { accountContext } from './acme-account.ts'
import type { ReadCertificate } from './certificate.ts'
import { keyContext } from './https.ts'
import { acmeAccounts, certificates } from './schema.ts'

export interface Fetching {
  order: AcmeOrder
  /** its host answers challenges already */
  ready: boolean
}

/** What is to be ordered for the domain now; null: nothing, it has gone or has another certificate. */
export async function fetchingOf(
  db: Db,
  sealingKey: Buffer,
  domainId: number,
): Promise<Fetching | null> {
  const { acmeDirectory: directory } = await systemSettings(db)
  const [row] = await db
    .select({ domain: domains, source: certificates.source, subscription: subscriptions })
    .from(certificates)
    .innerJoin(domains, eq(domains.id, certificates.domainId))
    .innerJoin(subscriptions, eq(subscriptions.id, domains.subscriptionId))
    .where(eq(certificates.domainId, domainId))
  const [account] = await db
    .select()
    .from(acmeAccounts)
    .where(eq(acmeAccounts.directory, directory))
  if (!row || !account || row.source !== 'fetched' || row.subscription.removing) return null
  const { name, www } = row.domain
  const { generation, appliedGeneration } = row.subscription
  return {
    order: {
      directory,
      accountKey: open(sealingKey, account.sealedKey, accountContext(directory)),
      names: www ? [name, `www.${name}`] : [name],
    },
    ready: appliedGeneration === generation,
  }
}

/** The host is told of it; a later one follows when two thirds of its life are over. */
export async function storeFetched(
  db: Database,
  sealingKey: Buffer,
  domainId: number,
  { key, ...read }: ReadCertificate,
): Promise<void> {
  const actor = systemActor('schedule')
  await db.transaction(async (tx) => {
    const [domain] = await tx.select().from(domains).where(eq(domains.id, domainId))
    if (!domain) return
    const [subscription] = await tx
      .select()
      .from(subscriptions)
      .where(eq(subscriptions.id, domain.subscriptionId))
      .for('update')
    if (!subscription || subscription.removing) return
    const life = read.validUntil.getTime() - read.validFrom.getTime()
    const stored = await tx
      .update(certificates)
      .set({
        ...read,
        sealedKey: seal(sealingKey, key, keyContext(domainId)),
        dueAt: new Date(read.validFrom.getTime() + (life * 2) / 3),
        failures: 0,
        lastError: '',
      })
      .where(sql`${certificates.domainId} = ${domainId} and ${certificates.source} = 'fetched'`)
      .returning({ id: certificates.domainId })
    if (stored.length === 0) return
    await record(tx, actor, {
      action: 'certificate.fetched',
      object: { kind: 'domain', id: domainId, name: domain.name },
      accountId: subscription.accountId,
      changes: { validUntil: { to: read.validUntil } },
    })
    await want(tx, actor, subscription, {})
  })
}

export async function storeFailure(db: Database, domainId: number, reason: string) {
  await db
    .update(certificates)
    .set({ failures: sql`${certificates.failures} + 1`, lastError: reason.slice(0, 1000) })
    .where(eq(certificates.domainId, domainId))
}
