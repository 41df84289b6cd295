import { and, eq, inArray, type SQL } from 'drizzle-orm'
import { visibleAccountIds } from '../accounts/access.ts'
import { type Account, accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import type { Db, Transaction } from '../db/database.ts'
import { Conflict, NotFound, Stale } from '../errors.ts'
import { lockToChangeContents } from '../subscriptions/access.ts'
import {
  domains,
  type Subscription,
  type SubscriptionDomain,
  subscriptions,
} from '../subscriptions/schema.ts'

export interface OwnedDomain {
  domain: SubscriptionDomain
  subscription: Subscription
  account: Account
}

/** For queries that join `subscriptions`: a name is as visible as the account that has it. */
export const visibleDomains = (db: Db, actor: Actor): SQL =>
  inArray(subscriptions.accountId, visibleAccountIds(db, actor))

export async function findDomain(db: Db, actor: Actor, id: number): Promise<OwnedDomain> {
  const [found] = await db
    .select({ domain: domains, subscription: subscriptions, account: accounts })
    .from(domains)
    .innerJoin(subscriptions, eq(subscriptions.id, domains.subscriptionId))
    .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
    .where(and(eq(domains.id, id), visibleDomains(db, actor)))
  if (!found) throw new NotFound()
  return found
}

/**
 * Its subscription is locked until the transaction ends, and with it all its names.
 *
 * @throws {Stale} when it was changed since `version` (F-73)
 */
export async function lockDomain(tx: Transaction, actor: Actor, id: number, version?: number) {
  const { subscription } = await findDomain(tx, actor, id)
  const owned = await lockToChangeContents(tx, actor, subscription.id)
  const [domain] = await tx.select().from(domains).where(eq(domains.id, id))
  if (!domain) throw new NotFound()
  if (version !== undefined && domain.version !== version) {
    throw new Stale('Somebody else has changed this domain meanwhile.')
  }
  return { ...owned, domain }
}

/** @throws {Conflict} for what goes only with its subscription */
export function assertNotMain({ kind }: SubscriptionDomain): void {
  if (kind !== 'main') return
  throw new Conflict('This is the domain of the subscription itself. It goes with it.')
}
