import type { Words } from '../errors.ts'
import { catalogue, type PropertyKey } from '../plans/catalogue.ts'
import { same } from '../plans/merge.ts'
import { nothing } from '../plans/property.ts'
import type { OwnValue, Provided } from './provided.ts'
import type { Subscription } from './schema.ts'

export interface Decision {
  sentence: string
  words: Words
}

/** Who has the last word on a value that its customer cannot change: reseller plan, add-on or plan. */
export function decider(
  key: PropertyKey,
  { values, locked }: Subscription,
  given: Provided | null,
  own: OwnValue[],
): Decision {
  if (!given || locked || own.some((one) => one.property === key && !one.byCustomer)) {
    return { sentence: 'Your provider decides this for this subscription.', words: {} }
  }
  const { plan, addOns, cap } = given
  const none = nothing(catalogue[key])
  if (cap && same(cap[key], none) && !same(plan.values[key] ?? none, none)) {
    return { sentence: 'The reseller plan of your provider decides this.', words: {} }
  }
  const raised = !same(plan.values[key] ?? none, values[key])
  const addOn = addOns.find((one) => raised && !same(one.values[key] ?? none, none))
  return addOn
    ? { sentence: 'The add-on {name} decides this.', words: { name: addOn.name } }
    : { sentence: 'The plan {name} decides this.', words: { name: plan.name } }
}
