import { z } from 'zod'
import { catalogue } from '../plans/catalogue.ts'

/**
 * Where a rule's field stands in what is sent: rules speak of a `plan` where its number is sent as
 * `planId`, and of a property where `values` holds it.
 */
export const placeOf = (body: z.ZodType | undefined, field: string): string =>
  within(body, field)?.join('.') ?? field

function within(schema: unknown, field: string): string[] | undefined {
  const inner = unwrapped(schema)
  if (!(inner instanceof z.ZodObject)) return undefined
  const { shape } = inner
  for (const name of [field, `${field}Id`]) if (Object.hasOwn(shape, name)) return [name]
  if (Object.hasOwn(shape, 'values') && Object.hasOwn(catalogue, field)) return ['values', field]
  for (const [name, part] of Object.entries(shape)) {
    const found = within(part, field)
    if (found) return [name, ...found]
  }
  return undefined
}

function unwrapped(schema: unknown): unknown {
  const wraps =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault
  return wraps ? unwrapped(schema.unwrap()) : schema
}
