import { z } from 'zod'
import { statusOf } from '../accounts/list-fields.ts'
import { accountKinds } from '../audit/actor.ts'
import { catalogue, propertyKeys } from '../plans/catalogue.ts'
import { type Property, unlimited } from '../plans/property.ts'
import { suspensionReasons } from '../subscriptions/schema.ts'

/** What goes out. Times are ISO 8601 in UTC, sizes bytes, names the tables' own. */

export const id = z.int().min(1)
export const moment = z.date()
export const bytes = z.int().min(0)
export const limit = z.union([z.int().min(0), z.literal(unlimited)])
export const kind = z.enum(accountKinds)
/** of an account or a subscription */
export const status = z.enum(['active', 'suspended', 'removing', 'trash'])

/** Why something is out of service. */
export const reasons = z.array(
  z.object({
    reason: z.enum(suspensionReasons),
    of: z.enum(['subscription', 'account', 'provider']),
    text: z.string(),
    authorName: z.string(),
    at: moment,
    liftable: z.boolean(),
  }),
)

/** Of a plan or a subscription: all properties there are. */
export const values = z.object(eachProperty(schemaOf))

/** One page of a list. */
export const listOf = <Row extends z.ZodObject>(row: Row) =>
  z.object({
    items: z.array(row),
    next: z.string().nullable().describe('Give it as "after" to get the next page.'),
  })

export const withStatus = <Row extends Parameters<typeof statusOf>[0]>(row: Row) => ({
  ...row,
  status: statusOf(row),
})

function schemaOf(property: Property): z.ZodType {
  switch (property.kind) {
    case 'limit':
      return limit
    case 'switch':
      return z.boolean()
    case 'choice':
      return z.string()
    case 'list':
      return z.array(z.string())
  }
}

/** Where each property has a schema. */
function eachProperty(schema: (property: Property) => z.ZodType): Record<string, z.ZodType> {
  return Object.fromEntries(propertyKeys.map((key) => [key, schema(catalogue[key])]))
}
