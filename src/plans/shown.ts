import { catalogue, inGroup, type Values } from './catalogue.ts'
import { groups, type Property, type Value } from './property.ts'
import { groupTitles } from './sections.ts'

/** Values to be read, not typed, under the heads of the plan's form. */
export interface ValueGroup {
  title: string
  values: { property: Property; value: Value }[]
}

export const valueGroups = (values: Values): ValueGroup[] =>
  groups.map((group) => ({
    title: groupTitles[group],
    values: inGroup(group).map((key) => ({ property: catalogue[key], value: values[key] })),
  }))
