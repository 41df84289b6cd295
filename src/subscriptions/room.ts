import type { Actor } from '../audit/actor.ts'
import type { Transaction } from '../db/database.ts'
import { Invalid } from '../errors.ts'
import { catalogue, type PropertyKey } from '../plans/catalogue.ts'
import { unlimited } from '../plans/property.ts'
import { lockToChangeContents, type Owned } from './access.ts'
import { contents, countOf, ofSubscription } from './contents.ts'
import { deciders } from './decider.ts'
import type { Subscription } from './schema.ts'

/**
 * Room for one more of a content. Whoever makes one asks here and inserts it in the same transaction:
 * the subscription's row is ours until it ends, so that of fifty at once no more come in than its
 * values allow (F-85).
 *
 * @throws {Invalid} at no field, with how many there are and who decides that
 */
export async function takeRoom(
  tx: Transaction,
  actor: Actor,
  subscriptionId: number,
  property: PropertyKey,
): Promise<Owned> {
  const content = contents.find((one) => one.property === property)
  if (!content) throw new Error(`Nobody counts ${property}: see contents.ts`)
  const owned = await lockToChangeContents(tx, actor, subscriptionId, content.area)
  const limit = owned.subscription.values[property] ?? 0
  if (limit === unlimited) return owned
  const [row] = await tx.execute<{ count: string }>(
    countOf(content, ofSubscription(subscriptionId)),
  )
  const used = Number(row!.count)
  if (used < Number(limit)) return owned
  return refuse(tx, owned.subscription, property, used, Number(limit))
}

async function refuse(
  tx: Transaction,
  subscription: Subscription,
  property: PropertyKey,
  used: number,
  limit: number,
): Promise<never> {
  const { sentence, words } = (await deciders(tx, subscription))(property)
  throw new Invalid('', 'There is no room for one more: {what!} {used} of {limit}. {decided!}', {
    ...words,
    what: catalogue[property].label,
    used,
    limit,
    decided: sentence,
  })
}
