import type { Db } from '../db/database.ts'
import { catalogue, type PropertyKey, propertyKeys } from '../plans/catalogue.ts'
import { same } from '../plans/merge.ts'
import type { Property, Value } from '../plans/property.ts'
import { ownValues, type Provided } from './provided.ts'
import type { Subscription } from './schema.ts'

/** A property in which one subscription differs from its plan. */
export interface Deviation {
  key: PropertyKey
  property: Property
  planValue: Value
  ownValue: Value
  /** who set it; null: its plan changed while it was locked */
  by: { authorName: string; at: Date; reason: string; customer: boolean } | null
}

/** In the order of the catalogue; also what somebody set to what the plan gives by now. */
export async function deviations(
  db: Db,
  subscription: Subscription,
  given: Provided,
): Promise<Deviation[]> {
  const own = new Map((await ownValues(db, subscription)).map((one) => [one.property, one]))
  return propertyKeys
    .filter((key) => own.has(key) || !same(subscription.values[key], given.values[key]))
    .map((key) => {
      const set = own.get(key)
      return {
        key,
        property: catalogue[key],
        planValue: given.values[key],
        ownValue: subscription.values[key],
        by: set ? { ...set, customer: set.byCustomer } : null,
      }
    })
}
