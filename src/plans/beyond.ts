import { Invalid, type Words } from '../errors.ts'
import { catalogue, type PropertyKey, type Values } from './catalogue.ts'
import type { Limit, Property, Value } from './property.ts'
import { inUnit, labelWithUnit } from './units.ts'
import { beyond } from './values.ts'

export interface Excess {
  key: PropertyKey
  sentence: string
  words: Words
}

/** What a reseller's plan has that the reseller was not given itself, with words for each field. */
export const excesses = (cap: Values, values: Values): Excess[] =>
  beyond(cap, values).map((key) => {
    const most = shown(catalogue[key], cap[key])
    return most === null
      ? { key, sentence: 'The provider did not give this to sell.', words: {} }
      : { key, sentence: 'At most {most} can be sold: the provider gave no more.', words: { most } }
  })

/** @throws Invalid at `plan`, for a form that names a plan instead of properties */
export function refuseBeyond(cap: Values, values: Values) {
  const [key] = beyond(cap, values)
  if (!key) return
  const property = labelWithUnit(catalogue[key])
  const most = shown(catalogue[key], cap[key])
  const wanted = shown(catalogue[key], values[key])
  if (most === null || wanted === null) {
    throw new Invalid('plan', '{property} is in the plan, but cannot be sold.', { property })
  } else {
    throw new Invalid(
      'plan',
      '{property}: the plan has {wanted}, but at most {most} can be sold.',
      { property, wanted, most },
    )
  }
}

/** Null where there is no more or less, only yes or no. */
function shown(property: Property, value: Value): string | number | null {
  switch (property.kind) {
    case 'limit':
      return inUnit(property.unit, value as Limit)
    case 'choice':
      return property.optionLabels[value as string] ?? (value as string)
    case 'switch':
    case 'list':
      return null
  }
}
