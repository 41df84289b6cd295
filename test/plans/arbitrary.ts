import fc from 'fast-check'
import { catalogue, propertyKeys, type Values } from '../../src/plans/catalogue.ts'
import { type Property, unlimited, type Value } from '../../src/plans/property.ts'

/** Any value that a form can give this property. */
export function anyValue(property: Property): fc.Arbitrary<Value> {
  switch (property.kind) {
    case 'limit':
      return fc.oneof(fc.constant(unlimited), fc.constant(0), fc.nat({ max: property.most }))
    case 'switch':
      return fc.boolean()
    case 'choice':
      return fc.constantFrom(...property.options)
    case 'list':
      return fc.subarray([...property.options])
  }
}

export const anyValues: fc.Arbitrary<Values> = fc.record(
  Object.fromEntries(propertyKeys.map((key) => [key, anyValue(catalogue[key])])),
) as never
