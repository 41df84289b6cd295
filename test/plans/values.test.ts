import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Shortfall } from '../../src/contract/messages.ts'
import {
  catalogue,
  initialValues,
  type PropertyKey,
  permissionFor,
  propertyKeys,
  type Values,
} from '../../src/plans/catalogue.ts'
import { smaller } from '../../src/plans/merge.ts'
import { nothing, type Property, unlimited, type Value } from '../../src/plans/property.ts'
import { beyond, values, within } from '../../src/plans/values.ts'
import { anyValue, anyValues } from './arbitrary.ts'

const plan = initialValues()

describe.each(propertyKeys)('%s', (key) => {
  const property: Property = catalogue[key]
  const some = anyValue(property)
  const addOn = (value: Value) => ({ ...initialValues('add-on'), [key]: value }) as Values
  const having = (value: Value) => ({ ...plan, [key]: value }) as Values

  test('the order of add-ons does not matter', () => {
    const inAnyOrder = fc
      .array(some, { maxLength: 5 })
      .chain((list) =>
        fc.tuple(
          fc.constant(list),
          fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
        ),
      )
    fc.assert(
      fc.property(some, inAnyOrder, (own, [list, shuffled]) => {
        const expected = values(having(own), list.map(addOn))
        expect(values(having(own), shuffled.map(addOn))).toEqual(expected)
      }),
    )
  })

  test('taking back what was added gives the former value', () => {
    fc.assert(
      fc.property(some, fc.array(some, { maxLength: 3 }), some, (own, list, added) => {
        const addOns = list.map(addOn)
        const before = values(having(own), addOns)
        const more = [...addOns, addOn(added)]
        values(having(own), more)
        expect(values(having(own), more.slice(0, -1))).toEqual(before)
      }),
    )
  })

  test('an add-on never takes away, and one without it changes nothing', () => {
    fc.assert(
      fc.property(some, some, (own, added) => {
        const before = values(having(own))[key]
        expect(values(having(own), [addOn(nothing(property))])[key]).toEqual(before)
        const after = values(having(own), [addOn(added)])[key]
        expect(smaller(property, before, after)).toEqual(before)
      }),
    )
  })

  test("a reseller's cap is never exceeded, and what is under it stays", () => {
    fc.assert(
      fc.property(some, some, (cap, wanted) => {
        const kept = within(having(cap), having(wanted))
        expect(smaller(property, cap, kept[key])).toEqual(kept[key])
        expect(beyond(having(cap), kept)).toEqual([])
        expect(within(having(cap), kept)).toEqual(kept)
        expect(within(having(wanted), having(wanted))[key]).toEqual(wanted)
      }),
    )
  })

  test('names only what is there', () => {
    const permission = permissionFor(key)
    if (permission) expect(catalogue[permission]).toMatchObject({ kind: 'switch' })
    if (property.onlyWith) expect(propertyKeys).toContain(property.onlyWith)
    if (property.kind === 'choice') {
      for (const option of Object.keys(property.optionLabels)) {
        expect(property.options).toContain(option)
      }
    }
    expect(() => Shortfall.shape.property.parse(key)).not.toThrow()
  })
})

test('unlimited absorbs', () => {
  //
  fc.assert(
    fc.property(anyValues, fc.array(anyValues, { maxLength: 3 }), (base, addOns) => {
      const limitless = initialValues('reseller')
      const result = values(base, [...addOns, limitless])
      for (const key of propertyKeys) {
        if (limitless[key] === unlimited) expect(result[key]).toBe(unlimited)
      }
    }),
  )
})

test('a zero stays a zero beside an unlimited cap', () => {
  // S-18, F-28: 0 means none
  expect(within(initialValues('reseller'), { ...plan, mailboxes: 0 }).mailboxes).toBe(0)
})

test('unlimited under a cap is never too much: it means all that is left', () => {
  // S-12, R-9
  const cap = { ...initialValues('reseller'), disk: 5 }
  expect(beyond(cap, { ...plan, disk: unlimited })).toEqual([])
  expect(within(cap, { ...plan, disk: unlimited }).disk).toBe(5)
  expect(beyond(cap, { ...plan, disk: 6 })).toEqual(['disk'])
})

test('an override stands above plan and add-ons', () => {
  // S-21
  const off = own('imap', false)
  expect(values({ ...plan, imap: true }, [{ imap: true }], [off]).imap).toBe(false)
})

test('what a customer chose counts only while the plan allows it', () => {
  // P-46, P-47
  const chosen = [chosenByCustomer('phpVersion', '8.4')]
  expect(values({ ...plan, mayChangePhp: true }, [], chosen).phpVersion).toBe('8.4')
  expect(values({ ...plan, mayChangePhp: false }, [], chosen).phpVersion).toBe('8.2')
  expect(values(plan, [{ mayChangePhp: true }], chosen).phpVersion).toBe('8.4')
  expect(values(plan, [], [...chosen, own('mayChangePhp', true)]).phpVersion).toBe('8.4')
  const disk = [chosenByCustomer('disk', 9)]
  expect(values({ ...plan, mayChangePhp: true }, [], disk).disk).toBe(plan.disk)
})

test('a plan older than a property has what new plans start with, an add-on nothing of it', () => {
  const { domains: _, ...older } = { ...plan, disk: 5 }
  expect(values(older, [{ disk: 1 }])).toEqual({ ...plan, disk: 6 })
})

test('an override of something the catalogue no longer has says nothing', () => {
  expect(values(plan, [], [{ property: 'fax', value: true, byCustomer: false }])).toEqual(plan)
})

const own = (property: PropertyKey, value: Value) => ({ property, value, byCustomer: false })
const chosenByCustomer = (property: PropertyKey, value: Value) => ({
  property,
  value,
  byCustomer: true,
})
