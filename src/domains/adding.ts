import { eq } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Database, Transaction } from '../db/database.ts'
import { Invalid } from '../errors.ts'
import { domainName, namesAbove, roomForWww } from '../names/domain.ts'
import { claimDomain } from '../subscriptions/names.ts'
import { unlessProbing } from '../subscriptions/probing.ts'
import { takeRoom } from '../subscriptions/room.ts'
import { domains, type SubscriptionDomain } from '../subscriptions/schema.ts'
import { want } from '../subscriptions/want.ts'
import { folderOf } from './folder.ts'
import { assertPhpVersion } from './php-choice.ts'

export interface DomainWish {
  /** as typed */
  name: string
  /** the domain of the same subscription whose files it shows; null = files of its own */
  sharedWith: number | null
  www: boolean
  php: string | null
  /** the provider agrees to a name below another account's */
  consent: boolean
}

export interface AddedDomain {
  domain: SubscriptionDomain
  jobId: number
}

/**
 * A further name with a site. Below a name of the same subscription it is a subdomain, else a domain
 * of its own: each counts where people expect it (S-16).
 *
 * @throws {Invalid} at the field, or without one when there is no room for it
 */
export async function addDomain(
  db: Database,
  actor: Actor,
  subscriptionId: number,
  wish: DomainWish,
): Promise<AddedDomain> {
  const name = domainName(wish.name)
  const add = async (tx: Transaction) => {
    const kind = await kindOf(tx, subscriptionId, name)
    const { subscription, account } = await takeRoom(tx, actor, subscriptionId, `${kind}s`)
    assertPhpVersion(subscription.values, wish.php)
    if (wish.www && !roomForWww(name)) {
      throw new Invalid('www', 'This name is so long that www. does not fit before it.')
    }
    await claimDomain(tx, account, name, { actor, given: wish.consent })
    const folder = await folderOf(tx, subscriptionId, wish.sharedWith)
    const { www, php } = wish
    const [domain] = await tx
      .insert(domains)
      .values({ subscriptionId, kind, name, folder, www, php })
      .returning()
    await record(tx, actor, {
      action: `${kind}.added`,
      object: { kind: 'domain', id: domain!.id, name },
      accountId: account.id,
      changes: { subscription: { to: subscription.domain } },
    })
    return { domain: domain!, jobId: await want(tx, actor, subscription, {}) }
  }
  return unlessProbing(db, actor, () => db.transaction(add))
}

/** Names never change, so this needs no lock; that it goes meanwhile is met by the claim. */
async function kindOf(tx: Transaction, subscriptionId: number, name: string) {
  const own = await tx
    .select({ name: domains.name })
    .from(domains)
    .where(eq(domains.subscriptionId, subscriptionId))
  const above = new Set(namesAbove(name))
  return own.some((one) => above.has(one.name)) ? 'subdomain' : 'domain'
}
