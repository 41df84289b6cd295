import { catalogue, type PropertyKey, type Values } from './catalogue.ts'
import type { PlanEdit } from './change.ts'
import { keysOf, unlimitedBox } from './form.ts'
import type { Property } from './property.ts'
import type { PlanKind } from './schema.ts'
import { inUnit } from './units.ts'

export type TypedField = [name: string, value: string]

/**
 * An edit as somebody would type it: what a page carries on that asks once more, to be read and
 * checked again like anything that is typed.
 */
export const typedEdit = (kind: PlanKind, edit: PlanEdit): TypedField[] => [
  ['name', edit.name],
  ['title', edit.title],
  ...box('hidden', edit.hidden),
  ...box('notForResellers', edit.notForResellers),
  ['version', String(edit.version)],
  ['note', edit.note],
  ...keysOf(kind).flatMap((key) => typed(key, catalogue[key], edit.values)),
]

function typed(key: PropertyKey, property: Property, values: Values): TypedField[] {
  const value = values[key]
  switch (property.kind) {
    case 'limit': {
      const number = inUnit(property.unit, value as number | 'unlimited')
      return number === 'unlimited'
        ? [[key, ''], ...box(unlimitedBox(key), true)]
        : [[key, String(number)]]
    }
    case 'switch':
      return box(key, value === true)
    case 'choice':
      return [[key, value as string]]
    case 'list':
      return (value as readonly string[]).map((option) => [key, option])
  }
}

const box = (name: string, ticked: boolean): TypedField[] => (ticked ? [[name, 'on']] : [])
