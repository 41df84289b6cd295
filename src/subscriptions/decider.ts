import { eq } from 'drizzle-orm'
import type { Db } from '../db/database.ts'
import type { Words } from '../errors.ts'
import { hosts } from '../hosts/schema.ts'
import { catalogue, type PropertyKey } from '../plans/catalogue.ts'
import { same } from '../plans/merge.ts'
import { nothing } from '../plans/property.ts'
import { type Stored, values as together } from '../plans/values.ts'
import { type OwnValue, ownValues, type Provided, provided } from './provided.ts'
import { conflicts, type Subscription } from './schema.ts'

export interface Decision {
  sentence: string
  words: Words
}

/** Who has the last word on a value that its customer cannot change. */
export type Decide = (key: PropertyKey) => Decision

/** For all properties of one subscription. */
export async function deciders(db: Db, subscription: Subscription): Promise<Decide> {
  const lacking = db
    .select({ property: conflicts.property })
    .from(conflicts)
    .where(eq(conflicts.subscriptionId, subscription.id))
  const [given, own, [host], lacks] = await Promise.all([
    provided(db, subscription),
    ownValues(db, subscription),
    db.select({ name: hosts.name }).from(hosts).where(eq(hosts.id, subscription.hostId)),
    lacking,
  ])
  const short = new Set(lacks.map(({ property }) => property))
  return (key) =>
    short.has(key)
      ? { sentence: 'The host {name} decides this: it cannot give more.', words: host! }
      : decider(key, subscription, given, own)
}

/** Who decides whatever nothing special is said of. */
export const usually = (
  { locked }: Pick<Subscription, 'locked'>,
  plan: { name: string } | null,
): Decision =>
  plan && !locked
    ? { sentence: 'The plan {name} decides this.', words: { name: plan.name } }
    : { sentence: 'Your provider decides this for this subscription.', words: {} }

export const sameDecision = (one: Decision, other: Decision): boolean =>
  one.sentence === other.sentence && one.words.name === other.words.name

/** Reseller plan, add-on, plan, or the provider alone. */
function decider(
  key: PropertyKey,
  { locked }: Subscription,
  given: Provided | null,
  own: OwnValue[],
): Decision {
  if (!given || locked || own.some((one) => one.property === key && !one.byCustomer)) {
    return usually({ locked: true }, null)
  }
  const { plan, addOns, cap } = given
  const parts: Stored[] = addOns.map((addOn) => addOn.values)
  const sold = together(plan.values, parts)[key]
  if (cap && !same(sold, given.values[key])) {
    return { sentence: 'The reseller plan of your provider decides this.', words: {} }
  }
  const none = nothing(catalogue[key])
  const raised = !same(together(plan.values)[key], sold)
  const addOn = addOns.find((one) => raised && !same(one.values[key] ?? none, none))
  return addOn
    ? { sentence: 'The add-on {name} decides this.', words: { name: addOn.name } }
    : usually({ locked }, plan)
}
