import {
  catalogue,
  eachProperty,
  type PropertyKey,
  permissionFor,
  type Values,
} from './catalogue.ts'
import { combine, same, smaller } from './merge.ts'
import { nothing, unlimited, type Value } from './property.ts'

/** A plan as it was stored: a property that is newer than it is not there yet. */
export type Stored = Partial<Values>

export interface Override {
  property: string
  value: Value
  /** set by the customer: counts only while a permission allows it (P-46) */
  byCustomer: boolean
}

/**
 * What a subscription has: its plan, raised by its add-ons, except for what differs on purpose.
 * The order of the add-ons does not matter, nor does that of the overrides.
 */
export function values(
  plan: Stored,
  addOns: readonly Stored[] = [],
  overrides: readonly Override[] = [],
): Values {
  const sold = combined([withInitial(plan), ...addOns])
  const provided = { ...sold, ...replaced(overrides.filter(({ byCustomer }) => !byCustomer)) }
  const chosen = overrides.filter(
    ({ byCustomer, property }) => byCustomer && may(provided, property),
  )
  return { ...provided, ...replaced(chosen) }
}

/** All of these together, the way add-ons add up; P-22 sums a customer's subscriptions like this. */
export const combined = (parts: readonly Stored[]): Values =>
  eachProperty((property, key) =>
    parts.reduce<Value>(
      (sum, part) => combine(property, sum, part[key] ?? nothing(property)),
      nothing(property),
    ),
  )

/** The most of `wanted` that a reseller may have sold to one subscription. */
export const within = (cap: Stored, wanted: Values): Values =>
  eachProperty((property, key) => smaller(property, cap[key] ?? nothing(property), wanted[key]))

/**
 * What is stored of a sale. "Unlimited" stays where a sum is shared, and means what is left of it
 * then; where each sale may be as large as the reseller's own value, it means that value (S-12).
 */
export const settled = (cap: Stored, wanted: Values): Values =>
  eachProperty((property, key) =>
    property.kind === 'limit' && property.sales === 'sum'
      ? wanted[key]
      : smaller(property, cap[key] ?? nothing(property), wanted[key]),
  )

/**
 * Properties in which `wanted` goes beyond what a reseller has. "Unlimited" never does: it means all
 * that the reseller has left.
 */
export function beyond(cap: Stored, wanted: Values): PropertyKey[] {
  const allowed = within(cap, wanted)
  return (Object.keys(allowed) as PropertyKey[]).filter(
    (key) => wanted[key] !== unlimited && !same(allowed[key], wanted[key]),
  )
}

function withInitial(plan: Stored): Values {
  return eachProperty((property, key) => plan[key] ?? property.initial)
}

const may = (values: Values, property: string): boolean => {
  const permission = permissionFor(property as PropertyKey)
  return permission !== undefined && values[permission] === true
}

/** An override of a property that the catalogue no longer has says nothing. */
const replaced = (overrides: readonly Override[]): Stored =>
  Object.fromEntries(
    overrides
      .filter(({ property }) => property in catalogue)
      .map(({ property, value }) => [property, value]),
  )
