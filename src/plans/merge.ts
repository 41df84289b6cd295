import { type Limit, type Property, unlimited, type Value } from './property.ts'

/** An add-on's value beside a plan's, or another add-on's. */
export function combine(property: Property, one: Value, other: Value): Value {
  switch (property.kind) {
    case 'limit':
      return property.addOns === 'sum'
        ? sum(one as Limit, other as Limit)
        : largest(one as Limit, other as Limit)
    case 'switch':
      return one === true || other === true
    case 'choice':
      return rank(property, one) >= rank(property, other) ? one : other
    case 'list':
      return property.options.filter((option) => has(one, option) || has(other, option))
  }
}

/** What is left of one under the other. */
export function smaller(property: Property, one: Value, other: Value): Value {
  switch (property.kind) {
    case 'limit':
      return smallest(one as Limit, other as Limit)
    case 'switch':
      return one === true && other === true
    case 'choice':
      return rank(property, one) <= rank(property, other) ? one : other
    case 'list':
      return property.options.filter((option) => has(one, option) && has(other, option))
  }
}

export const same = (one: Value, other: Value): boolean =>
  Array.isArray(one) && Array.isArray(other)
    ? one.length === other.length && one.every((option) => other.includes(option))
    : one === other

const sum = (one: Limit, other: Limit): Limit =>
  one === unlimited || other === unlimited ? unlimited : one + other

const largest = (one: Limit, other: Limit): Limit =>
  one === unlimited || other === unlimited ? unlimited : Math.max(one, other)

function smallest(one: Limit, other: Limit): Limit {
  if (one === unlimited) return other
  return other === unlimited ? one : Math.min(one, other)
}

const rank = (property: { options: readonly string[] }, option: Value) =>
  property.options.indexOf(option as string)

const has = (list: Value, option: string) => (list as readonly string[]).includes(option)
