import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import { WebAddress } from '../contract/sites.ts'
import type { Database, Transaction } from '../db/database.ts'
import { Invalid } from '../errors.ts'
import { domainName, roomForWww } from '../names/domain.ts'
import { claimDomain } from '../subscriptions/names.ts'
import { unlessProbing } from '../subscriptions/probing.ts'
import { takeRoom } from '../subscriptions/room.ts'
import { domains } from '../subscriptions/schema.ts'
import { want } from '../subscriptions/want.ts'
import type { AddedDomain } from './adding.ts'

export interface ForwardingWish {
  /** as typed */
  name: string
  /** where its visitors are sent with 301; null = they see the subscription's own site (S-57) */
  address: string | null
  /** */
  consent: boolean
}

/** S-55: another name for a subscription, or one that leads to an address. */
export async function addForwarding(
  db: Database,
  actor: Actor,
  subscriptionId: number,
  wish: ForwardingWish,
): Promise<AddedDomain> {
  const name = domainName(wish.name)
  const address = wish.address === null ? null : webAddress(wish.address)
  if (address !== null) refuseCircle(name, address)
  const kind = address === null ? 'alias' : 'redirect'
  const add = async (tx: Transaction) => {
    const owned = await takeRoom(tx, actor, subscriptionId, 'forwardings')
    const { subscription, account } = owned
    await claimDomain(tx, account, name, { actor, given: wish.consent })
    const [domain] = await tx
      .insert(domains)
      .values({ subscriptionId, kind, name, address, www: roomForWww(name) })
      .returning()
    await record(tx, actor, {
      action: 'forwarding.added',
      object: { kind: 'domain', id: domain!.id, name },
      accountId: account.id,
      changes: { to: { to: address ?? subscription.domain } },
    })
    return { domain: domain!, jobId: await want(tx, actor, subscription, {}) }
  }
  return unlessProbing(db, actor, () => db.transaction(add))
}

/**
 * As it is written into a host's configuration: everything unusual percent-encoded.
 *
 * @throws {Invalid} at `address`
 */
export function webAddress(typed: string): string {
  const url = URL.parse(/^[a-z]+:/i.test(typed) ? typed : `http://${typed}`)
  const whole = url && ['http:', 'https:'].includes(url.protocol) && url.hostname.includes('.')
  if (!whole || url.username || url.password) {
    throw new Invalid('address', 'Give a web address, e.g. https://example.com/shop.')
  }
  const bare = /^[^/?#]+$/.test(typed.replace(/^https?:\/\//i, ''))
  const address = (bare ? url.origin : url.href).replaceAll(/["$';\\{}<>|^`[\]]/g, encoded)
  if (!WebAddress.safeParse(address).success) {
    throw new Invalid('address', 'Give a web address, e.g. https://example.com/shop.')
  }
  return address
}

/** A browser would go round until it gives up. */
function refuseCircle(name: string, address: string) {
  const { hostname } = new URL(address)
  if (hostname !== name && hostname !== `www.${name}`) return
  throw new Invalid('address', 'This address leads back to the domain itself.')
}

const encoded = (character: string) =>
  `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
