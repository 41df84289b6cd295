import { and, eq, inArray, like, ne } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Database, Transaction } from '../db/database.ts'
import { Conflict } from '../errors.ts'
import { domains, type SubscriptionDomain } from '../subscriptions/schema.ts'
import { want } from '../subscriptions/want.ts'
import { assertNotMain, lockDomain } from './access.ts'

/**
 * Takes a name off its subscription (S-58). Its folder stays in the home, for another name may show
 * it, and nobody should lose files to a mistyped name. Its certificate and all addresses at it go
 * with it.
 *
 * @param refuse throws for what its caller knows to be in the way
 * @returns the job's number
 * @throws {Conflict} for the main domain, and while subdomains hang on it
 */
export function removeDomain(
  db: Database,
  actor: Actor,
  id: number,
  refuse: (tx: Transaction, domain: SubscriptionDomain) => Promise<void> = async () => {},
): Promise<number> {
  return db.transaction(async (tx) => {
    const { domain, subscription, account } = await lockDomain(tx, actor, id)
    assertNotMain(domain)
    await refuseWithSubdomains(tx, domain)
    await refuse(tx, domain)
    await tx.delete(domains).where(eq(domains.id, id))
    await record(tx, actor, {
      action: `${domain.kind}.removed`,
      object: { kind: 'domain', id, name: domain.name },
      accountId: account.id,
      changes: { subscription: { from: subscription.domain } },
    })
    return want(tx, actor, subscription, {})
  })
}

/** Else somebody else could take the name above them. */
async function refuseWithSubdomains(
  tx: Transaction,
  { id, name, subscriptionId }: SubscriptionDomain,
) {
  const below = await tx
    .select({ name: domains.name })
    .from(domains)
    .where(
      and(
        eq(domains.subscriptionId, subscriptionId),
        inArray(domains.kind, ['domain', 'subdomain']),
        like(domains.name, `%.${name}`),
        ne(domains.id, id),
      ),
    )
    .limit(5)
  if (below.length === 0) return
  throw new Conflict('Remove what lies below this name first: {names}', {
    names: below.map((one) => one.name).join(', '),
  })
}
