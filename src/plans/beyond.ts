import { Invalid, type Words } from '../errors.ts'
import { catalogue, type PropertyKey, type Values } from './catalogue.ts'
import { word } from './differences.ts'
import { same } from './merge.ts'
import { everything, type Property, type Value } from './property.ts'
import { labelWithUnit } from './units.ts'
import { beyond } from './values.ts'

export interface Told {
  sentence: string
  words: Words
}

export interface Excess extends Told {
  key: PropertyKey
}

/** What a reseller's plan has that the reseller was not given itself, with words for each field. */
export const excesses = (cap: Values, values: Values): Excess[] =>
  beyond(cap, values).map((key): Excess => {
    const most = shown(catalogue[key], cap[key])
    return most === null
      ? { key, sentence: 'The provider did not give this to sell.', words: {} }
      : {
          key,
          sentence: 'At most {most!} can be sold: the provider gave no more.',
          words: { most },
        }
  })

/** What a form says beside a field before anybody goes too far; null where there is no cap. */
export function capWords(property: Property, cap: Value): Told | null {
  if (same(cap, everything(property))) return null
  const most = shown(property, cap)
  if (most !== null) return { sentence: 'At most {most!} can be sold.', words: { most } }
  return property.kind === 'switch' ? { sentence: 'This cannot be sold.', words: {} } : null
}

/** @throws Invalid at `plan`, for a form that names a plan instead of properties */
export function refuseBeyond(cap: Values, values: Values) {
  const [key] = beyond(cap, values)
  if (!key) return
  const property = labelWithUnit(catalogue[key])
  const most = shown(catalogue[key], cap[key])
  const wanted = shown(catalogue[key], values[key])
  if (most === null || wanted === null) {
    throw new Invalid('plan', '{property!} is in the plan, but cannot be sold.', { property })
  } else {
    throw new Invalid(
      'plan',
      '{property!}: the plan has {wanted!}, but at most {most!} can be sold.',
      { property, wanted, most },
    )
  }
}

/** Null where there is no more or less, only yes or no. */
const shown = (property: Property, value: Value): string | number | null =>
  property.kind === 'limit' || property.kind === 'choice' ? word(property, value) : null
