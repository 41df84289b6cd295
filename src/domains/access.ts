import type { Actor } from '../audit/actor.ts'
import type { Db, Transaction } from '../db/database.ts'
import { Conflict } from '../errors.ts'
import type { Owned } from '../subscriptions/access.ts'
import { assertUnchanged, findContent, lockContent } from '../subscriptions/content-access.ts'
import { domains, type SubscriptionDomain } from '../subscriptions/schema.ts'

export interface OwnedDomain extends Owned {
  domain: SubscriptionDomain
}

export async function findDomain(db: Db, actor: Actor, id: number): Promise<OwnedDomain> {
  const { content: domain, ...owned } = await findContent(db, actor, domains, id)
  return { domain, ...owned }
}

/** @throws {Stale} when it was changed since `version` (F-73) */
export async function lockDomain(
  tx: Transaction,
  actor: Actor,
  id: number,
  version?: number,
): Promise<OwnedDomain> {
  const { content: domain, ...owned } = await lockContent(tx, actor, domains, id)
  assertUnchanged(domain, version, 'Somebody else has changed this domain meanwhile.')
  return { domain, ...owned }
}

/** @throws {Conflict} for what goes only with its subscription */
export function assertNotMain({ kind }: SubscriptionDomain): void {
  if (kind !== 'main') return
  throw new Conflict('This is the domain of the subscription itself. It goes with it.')
}
