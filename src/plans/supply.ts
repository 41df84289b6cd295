import { type Feature, toldWhenMissing } from '../contract/features.ts'
import type { Told } from './beyond.ts'
import { catalogue, type PropertyKey } from './catalogue.ts'
import type { Property } from './property.ts'
import type { Section } from './sections.ts'

/** How many hosts there are, and how many of them can do each thing. */
interface Provided {
  hosts: number
  by: Map<string, number>
}

/**
 * What a form says beside a property that some hosts lack, before anybody sells it (P-48). It may be
 * sold all the same; what all hosts have needs no word.
 */
export const supplied = (sections: Section[], provided: Provided): Section[] =>
  sections.map((section) => ({
    ...section,
    fields: section.fields.map((field) => ({ ...field, supply: supply(field.name, provided) })),
  }))

const supply = (key: PropertyKey, { hosts, by }: Provided): Told[] =>
  asked(catalogue[key])
    .map(({ feature, ...words }) => ({ count: by.get(feature) ?? 0, ...words }))
    .filter(({ count }) => count < hosts)
    .map((words) => ({
      sentence: sentence(words),
      words: { hosts, ...words },
    }))

function sentence({ count, option }: { count: number; option: string }): string {
  if (count === 0) return option ? 'No host has {name!} {option!}.' : 'No host has {name!}.'
  return option
    ? '{count} of {hosts} {hosts|host|hosts} {count|has|have} {name!} {option!}.'
    : '{count} of {hosts} {hosts|host|hosts} {count|has|have} {name!}.'
}

function asked(property: Property): { feature: Feature; name: string; option: string }[] {
  if (property.kind === 'list' || !property.hostProvides) return []
  const named =
    property.kind === 'choice'
      ? Object.entries(property.hostProvides).map(([option, feature]) => ({
          feature,
          name: property.label,
          option: property.optionLabels[option] ?? option,
        }))
      : [{ feature: property.hostProvides, name: property.label, option: '' }]
  return named.filter(({ feature }) => toldWhenMissing.has(feature))
}
