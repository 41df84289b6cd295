import { catalogue, propertyKeys, type Values } from './catalogue.ts'
import type { PlanDraft } from './draft.ts'
import { same } from './merge.ts'
import type { Property, Value } from './property.ts'
import { inUnit, labelWithUnit } from './units.ts'

/** One thing in which two plans differ. Words are English, to be translated; numbers are in the label's unit. */
export interface Difference {
  label: string
  from: string | number
  to: string | number
}

export function differences(from: PlanDraft, to: PlanDraft): Difference[] {
  const texts: Difference[] = [
    { label: 'Name', from: from.name, to: to.name },
    { label: 'Title', from: from.title, to: to.title },
    { label: 'Hidden', from: onOrOff(from.hidden), to: onOrOff(to.hidden) },
    {
      label: 'Not for resellers',
      from: onOrOff(from.notForResellers),
      to: onOrOff(to.notForResellers),
    },
  ]
  return [
    ...texts.filter((text) => text.from !== text.to),
    ...valueDifferences(from.values, to.values),
  ]
}

export const valueDifferences = (from: Values, to: Values): Difference[] =>
  propertyKeys
    .filter((key) => !same(from[key], to[key]))
    .map((key) => ({
      label: labelWithUnit(catalogue[key]),
      from: word(catalogue[key], from[key]),
      to: word(catalogue[key], to[key]),
    }))

/** A value in a word or a number, as a person would say it. */
export function word(property: Property, value: Value): string | number {
  switch (property.kind) {
    case 'limit': {
      const limit = inUnit(property.unit, value as number | 'unlimited')
      return limit === 'unlimited' ? 'Unlimited' : limit
    }
    case 'switch':
      return onOrOff(value === true)
    case 'choice':
      return property.optionLabels[value as string] ?? (value as string)
    case 'list':
      return (value as readonly string[]).join(', ')
  }
}

const onOrOff = (on: boolean) => (on ? 'On' : 'Off')
