import { type Feature, toldWhenMissing } from '../contract/features.ts'
import { catalogue, type PropertyKey, propertyKeys, type Values } from './catalogue.ts'
import { same } from './merge.ts'
import { nothing, type Property, unlimited } from './property.ts'

/**
 * What a host must be able to do to give these values in full. A host that lacks some can still have
 * the subscription, which then is unsynced (P-42, P-48); placement prefers the one that lacks least.
 */
export function needs(values: Values): Feature[] {
  const needed = propertyKeys
    .filter((key) => matters(key, values))
    .flatMap((key) => needsOf(catalogue[key], values[key]))
  return [...new Set(needed)]
}

/** What makes a subscription there unsynced, in the order of the form. */
export const lacking = (values: Values, provides: readonly string[]): PropertyKey[] =>
  propertyKeys.filter(
    (key) =>
      matters(key, values) &&
      demands(catalogue[key], values[key]).some(
        (feature) => toldWhenMissing.has(feature) && !provides.includes(feature),
      ),
  )

/** A limit that no host keeps is measured all the same: such a host is only not preferred. */
const needsOf = (property: Property, value: Values[PropertyKey]): Feature[] =>
  property.kind === 'limit' && value !== unlimited
    ? [...demands(property, value), ...present(property.hostKeepsBy)]
    : demands(property, value)

function demands(property: Property, value: Values[PropertyKey]): Feature[] {
  switch (property.kind) {
    case 'limit':
      return present(value === 0 ? undefined : property.hostProvides)
    case 'switch':
      return present(value ? property.hostProvides : undefined)
    case 'choice':
      return present(property.hostProvides?.[value as string])
    case 'list':
      return []
  }
}

/** A PHP version asks for nothing while PHP is off. */
export function matters(key: PropertyKey, values: Values): boolean {
  const { onlyWith, onlyLimited }: Property = catalogue[key]
  if (onlyWith === undefined) return true
  const other = onlyWith as PropertyKey
  if (onlyLimited && values[other] === unlimited) return false
  return !same(values[other], nothing(catalogue[other]))
}

const present = (feature: Feature | undefined): Feature[] => (feature ? [feature] : [])
