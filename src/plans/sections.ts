import { capWords, type Told } from './beyond.ts'
import { catalogue, type Limit, type PropertyKey, type Values } from './catalogue.ts'
import { keysOf } from './form.ts'
import type { ChoiceProperty, Group, ListProperty, Property } from './property.ts'
import type { PlanKind } from './schema.ts'
import { inUnit, unitLabels } from './units.ts'

interface Common {
  name: PropertyKey
  label: string
  hint: string
  /** how far the plan's owner may go; null where nothing holds it back */
  cap: Told | null
  /** which hosts can give it, where some cannot; filled by supply.ts */
  supply: Told[]
}

interface Option {
  value: string
  label: string
}

/** A property as the form shows it; a limit is in the unit it is typed in. */
export type PlanField = Common &
  (
    | { kind: 'limit'; value: Limit; unit: string }
    | { kind: 'number'; value: Limit; unit: string }
    | { kind: 'switch'; value: boolean }
    | { kind: 'choice'; value: string; options: Option[] }
    | { kind: 'list'; value: readonly string[]; options: Option[] }
  )

/** A group of the form; `folded` ones are opened by who needs them, or by an error in them. */
export interface Section {
  group: Group
  title: string
  folded: boolean
  fields: PlanField[]
}

/** English; for the heads of groups wherever properties are shown. */
export const groupTitles: Record<Group, string> = {
  resources: 'Resources',
  web: 'Web',
  mail: 'E-mail',
  access: 'Access',
  media: 'Media',
  permissions: 'Customer permissions',
  reseller: 'Reseller',
}

/** In the order in which people think of a plan, not of its parts. */
const order: Group[] = ['resources', 'reseller', 'mail', 'web', 'access', 'media', 'permissions']
const rarely: Group[] = ['media', 'permissions']

/** The form of a plan, generated from the catalogue. */
export function sections(
  kind: PlanKind,
  values: Values,
  cap: Values | null,
  wrong: readonly string[],
  own: readonly PropertyKey[] = keysOf(kind),
): Section[] {
  return order
    .map((group) => {
      const keys = own.filter((key) => catalogue[key].group === group)
      return {
        group,
        title: groupTitles[group],
        folded: rarely.includes(group) && !keys.some((key) => wrong.includes(key)),
        fields: keys.map((key) => field(key, values, cap)),
      }
    })
    .filter(({ fields }) => fields.length > 0)
}

function field(key: PropertyKey, all: Values, cap: Values | null): PlanField {
  const property: Property = catalogue[key]
  const { label, hint = '' } = property
  const common = { name: key, label, hint, cap: cap && capWords(property, cap[key]), supply: [] }
  switch (property.kind) {
    case 'limit': {
      const value = inUnit(property.unit, all[key] as Limit)
      const kind = property.always ? 'number' : 'limit'
      return { ...common, kind, value, unit: unitLabels[property.unit] }
    }
    case 'switch':
      return { ...common, kind: 'switch', value: all[key] === true }
    case 'choice':
      return { ...common, kind: 'choice', value: all[key] as string, options: optionsOf(property) }
    case 'list':
      return { ...common, kind: 'list', value: all[key] as string[], options: optionsOf(property) }
  }
}

const optionsOf = (property: ChoiceProperty | ListProperty): Option[] =>
  property.options.map((value) => ({
    value,
    label: property.kind === 'choice' ? (property.optionLabels[value] ?? value) : value,
  }))
