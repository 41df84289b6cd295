import { z } from 'zod'
import type { Words } from '../errors.ts'
import { excesses } from './beyond.ts'
import {
  catalogue,
  eachProperty,
  type PropertyKey,
  propertyKeys,
  type Values,
} from './catalogue.ts'
import { type LimitProperty, nothing, type Property, unlimited, type Value } from './property.ts'
import type { PlanKind } from './schema.ts'
import { scale } from './units.ts'
import { wholeNumber } from './whole-number.ts'

type Typed = Record<string, string | string[] | undefined>
type Complain = (field: string, sentence: string, words?: Words) => void

/** What plans of a kind hold; the last group belongs to resellers. */
export const keysOf = (kind: PlanKind): PropertyKey[] =>
  propertyKeys.filter((key) => kind === 'reseller' || catalogue[key].group !== 'reseller')

/** The box beside a number has a name of its own, so that the number stays in the form. */
export const unlimitedBox = (key: string) => `${key}.unlimited`

/**
 * The fields of all properties of a plan, named after them and read together, so that every mistake
 * is told at once. `cap` is what the plan's owner has itself, null for an admin.
 */
export const valuesForm = (kind: PlanKind, cap: Values | null) =>
  propertiesForm(kind, keysOf(kind), cap)

/** Of these properties only; all others come out as nothing. */
export const propertiesForm = (kind: PlanKind, keys: PropertyKey[], cap: Values | null) =>
  z
    .strictObject(Object.assign({}, ...keys.map(fieldsOf)) as Record<string, z.ZodType>)
    .transform((typed, context): { values: Values } => {
      const complain: Complain = (field, message, params = {}) =>
        context.addIssue({ code: 'custom', path: [field], message, params })
      const values = read(kind, keys, typed as Typed, complain)
      for (const { key, sentence, words } of cap ? excesses(cap, values) : []) {
        complain(key, sentence, words)
      }
      return { values }
    })

const sent = z.string('Required')
const box = z.literal('on', 'This box is either on or off.').optional()

function fieldsOf(key: PropertyKey): Record<string, z.ZodType> {
  const property: Property = catalogue[key]
  switch (property.kind) {
    case 'limit':
      return property.always
        ? { [key]: sent }
        : { [key]: sent, [unlimitedBox(key)]: unlimitedValue }
    case 'switch':
      return { [key]: box }
    case 'choice':
      return { [key]: z.enum(property.options, 'Choose from the list.') }
    case 'list':
      return { [key]: optionsOf(property.options) }
  }
}

/**
 * `kept`: it was ticked already when the form was drawn, with an empty number. A number that is typed
 * beside it then is what is wanted; a number that stood there before somebody ticked it is not.
 */
const unlimitedValue = z.enum(['on', 'kept'], 'This box is either on or off.').optional()

/** None checked is none, never all (F-83). */
const optionsOf = (options: readonly string[]) =>
  z
    .union([z.string().transform((one) => [one]), z.array(z.string())])
    .default([])
    .pipe(z.array(z.enum(options, 'Choose from the list.')))

function read(
  kind: PlanKind,
  keys: readonly PropertyKey[],
  typed: Typed,
  complain: Complain,
): Values {
  const own = new Set(keys)
  return eachProperty((property, key): Value => {
    if (!own.has(key)) return nothing(property)
    switch (property.kind) {
      case 'limit':
        return isUnlimited(typed, key)
          ? unlimited
          : readNumber(kind, property, typed[key] as string, (...said) => complain(key, ...said))
      case 'switch':
        return typed[key] === 'on'
      case 'choice':
        return typed[key] as string
      case 'list':
        return property.options.filter((option) => typed[key]!.includes(option))
    }
  })
}

function isUnlimited(typed: Typed, key: PropertyKey): boolean {
  const ticked = typed[unlimitedBox(key)]
  return ticked === 'on' || (ticked === 'kept' && (typed[key] as string).trim() === '')
}

/** 0 of an add-on is "nothing more", whatever a plan needs at least. */
function readNumber(
  kind: PlanKind,
  { unit, least, most }: LimitProperty,
  typed: string,
  complain: (sentence: string, words?: Words) => void,
): number {
  const bounds = { least: kind === 'add-on' ? 0 : least / scale(unit), most: most / scale(unit) }
  const result = wholeNumber(typed, bounds)
  if (result.ok) return result.value * scale(unit)
  complain(result.sentence, result.words)
  return 0
}
