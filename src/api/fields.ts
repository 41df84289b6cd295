import { z } from 'zod'
import { contactFields, timeZones } from '../accounts/contact-fields.ts'
import { catalogue, type PropertyKey } from '../plans/catalogue.ts'
import { keysOf } from '../plans/form.ts'
import { MB, type Property, unlimited } from '../plans/property.ts'
import { languages } from '../web/i18n.ts'

/** What comes in. Texts are looked at by the forms' own fields; numbers and switches come as such. */

export const reference = () => z.int().min(1).max(999_999_999_999_999)
export const optionalReference = () => reference().nullable().default(null)
/** Of the row that somebody has looked at (F-73). */
export const version = () => z.int().min(1)
export const flag = () => z.boolean().default(false)
export const nothing = z.strictObject({})
/** Empty: one is made, and told once. */
export const password = () => z.string().max(1024, 'Use at most {maximum} characters.').default('')

const { language: _, timeZone: __, ...texts } = contactFields

const preferences = {
  language: z.enum(languages).nullable(),
  timeZone: z.enum(timeZones).nullable(),
}

/** Of a new account: what is not said is empty. */
export const contact = {
  ...texts,
  language: preferences.language.default(null),
  timeZone: preferences.timeZone.default(null),
}

/** Of one that is there: what is not said stays. */
export const contactChange = optional({ ...bare(texts), ...preferences })

const limitSaid = 'Give “unlimited”, or a whole number that is possible here: bytes in whole MB.'

/** Of a subscription: what is not said stays. */
export const ownValues = z.strictObject(
  Object.fromEntries(keysOf('service').map((key) => [key, fieldOf(key).optional()])),
)

function fieldOf(key: PropertyKey): z.ZodType {
  const property: Property = catalogue[key]
  switch (property.kind) {
    case 'limit':
      return limitOf(property)
    case 'switch':
      return z.boolean()
    case 'choice':
      return z.enum(property.options)
    case 'list':
      return z.array(z.enum(property.options))
  }
}

/** Pages show whole MB, so nothing finer is kept. */
function limitOf({ unit, least, most, always }: Extract<Property, { kind: 'limit' }>) {
  const number = z.int().min(least).max(most)
  const whole = unit === 'bytes' ? number.multipleOf(MB) : number
  return always ? whole : z.union([z.literal(unlimited), whole], limitSaid)
}

/** Without what stands in for a field that is not sent. */
function bare<Shape extends z.ZodRawShape>(shape: Shape): Shape {
  const fields = Object.entries(shape).map(([name, field]) => [
    name,
    field instanceof z.ZodDefault ? field.unwrap() : field,
  ])
  return Object.fromEntries(fields)
}

function optional<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.object(shape).partial().shape
}
