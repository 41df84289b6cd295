import { and, eq, inArray, ne } from 'drizzle-orm'
import type { Db, Transaction } from '../db/database.ts'
import { Invalid, Taken } from '../errors.ts'
import { domains } from '../subscriptions/schema.ts'
import { mailAliases, mailboxes, mailingLists } from './schema.ts'

export interface Place {
  local: string
  domain: string
}

/** Domains whose mail a subscription takes, the main one first; what leads elsewhere has none. */
export async function mailDomains(db: Db, subscriptionId: number): Promise<string[]> {
  const rows = await db
    .select({ name: domains.name, kind: domains.kind })
    .from(domains)
    .where(
      and(
        eq(domains.subscriptionId, subscriptionId),
        inArray(domains.kind, ['main', 'domain', 'subdomain', 'alias']),
      ),
    )
    .orderBy(domains.id)
  const main = rows.filter(({ kind }) => kind === 'main')
  return [...main, ...rows.filter(({ kind }) => kind !== 'main')].map(({ name }) => name)
}

/**
 * An address leads to one mailbox or one list. The subscription is locked, and a domain belongs to
 * one subscription, so nobody else can take it meanwhile.
 *
 * @throws {Invalid} at `field`
 */
export async function claimAddress(
  tx: Transaction,
  subscriptionId: number,
  place: Place,
  field: string,
): Promise<void> {
  const own = await mailDomains(tx, subscriptionId)
  if (!own.includes(place.domain)) {
    throw new Invalid(field, 'Choose a domain of this subscription.')
  }
  for (const table of [mailboxes, mailAliases, mailingLists]) {
    const [found] = await tx
      .select({ id: table.id })
      .from(table)
      .where(and(eq(table.domain, place.domain), eq(table.local, place.local)))
    if (found) {
      const address = `${place.local}@${place.domain}`
      throw new Taken(field, 'The address {address} is in use already.', { address })
    }
  }
}

/** One mailbox of a domain takes what is for nobody: the last that was told to. */
export async function claimCatchAll(tx: Transaction, { id, domain }: { id: number } & Place) {
  await tx
    .update(mailboxes)
    .set({ catchAll: false })
    .where(and(eq(mailboxes.domain, domain), eq(mailboxes.catchAll, true), ne(mailboxes.id, id)))
}
