import type { Feature } from '../contract/features.ts'

/** "Unlimited" is a value of its own, never 0 and never a magic number. */
export const unlimited = 'unlimited'
export type Limit = number | typeof unlimited

/** What a property can hold: a limit, a switch, a choice or a list. */
export type Value = Limit | boolean | string | readonly string[]

/** `bytes` are typed and shown in MB, MB = 1,048,576 bytes. */
export type Unit = 'bytes' | 'count' | 'kbit/s' | 'seconds' | 'percent'

/** `reseller` stands in reseller plans only */
export const groups = [
  'resources',
  'web',
  'mail',
  'access',
  'media',
  'permissions',
  'reseller',
] as const
export type Group = (typeof groups)[number]

interface Common {
  /** English label; the key of its translations */
  label: string
  group: Group
  /** one sentence under the field, where the label does not say it all */
  hint?: string
  /** the permission (a switch) that lets the customer change it; sync then ignores it (P-46) */
  customerMay?: string
  /** the property without which this one means nothing */
  onlyWith?: string
  /** and that is a limit which must not be unlimited for it */
  onlyLimited?: boolean
}

/** add-ons add up, or the largest counts; what a reseller sold adds up, or each may be so large */
export interface LimitProperty extends Common {
  kind: 'limit'
  unit: Unit
  addOns: 'sum' | 'max'
  /** count: not given away by values, but by what exists (customers, subscriptions) */
  sales: 'sum' | 'max' | 'count'
  /** what a service plan's form starts with */
  initial: Limit
  /** smallest and largest number that may be typed, in `unit`; an add-on may always have 0 */
  least: number
  most: number
  /** "Unlimited" makes no sense here */
  always?: boolean
  /** what a host must be able to do when this is more than 0 */
  hostProvides?: Feature
  /** without it a host gives this unlimited */
  hostKeepsBy?: Feature
}

/** any add-on turns it on; a reseller may sell it only when its own plan has it */
export interface SwitchProperty extends Common {
  kind: 'switch'
  addOns: 'or'
  sales: 'gate'
  initial: boolean
  hostProvides?: Feature
}

/** options from the smallest to the largest; the largest of plan and add-ons counts */
export interface ChoiceProperty extends Common {
  kind: 'choice'
  options: readonly string[]
  /** English labels where an option is not its own */
  optionLabels: Readonly<Record<string, string>>
  addOns: 'max'
  sales: 'max'
  initial: string
  hostProvides?: Readonly<Record<string, Feature>>
}

export interface ListProperty extends Common {
  kind: 'list'
  options: readonly string[]
  addOns: 'union'
  sales: 'gate'
  initial: readonly string[]
}

export type Property = LimitProperty | SwitchProperty | ChoiceProperty | ListProperty

/** Nine digits: nobody needs more, and sums of bytes stay exact (F-31, F-34). */
const MOST = 999_999_999
export const MB = 1024 * 1024
export const GB = 1024 * MB

type Details<P extends Property> = Partial<Omit<P, 'kind' | 'label' | 'group' | 'options'>>

export const limit = (
  label: string,
  group: Group,
  details: Details<LimitProperty> = {},
): LimitProperty => ({
  kind: 'limit',
  label,
  group,
  unit: 'count',
  addOns: 'sum',
  sales: 'sum',
  initial: 0,
  least: 0,
  most: details.unit === 'bytes' ? MOST * MB : MOST,
  ...details,
})

export const onOff = (
  label: string,
  group: Group,
  details: Details<SwitchProperty> = {},
): SwitchProperty => ({
  kind: 'switch',
  label,
  group,
  addOns: 'or',
  sales: 'gate',
  initial: false,
  ...details,
})

export const choice = (
  label: string,
  group: Group,
  options: readonly string[],
  details: Details<ChoiceProperty> = {},
): ChoiceProperty => ({
  kind: 'choice',
  label,
  group,
  options,
  optionLabels: {},
  addOns: 'max',
  sales: 'max',
  initial: options[0]!,
  ...details,
})

export const list = (
  label: string,
  group: Group,
  options: readonly string[],
  details: Details<ListProperty> = {},
): ListProperty => ({
  kind: 'list',
  label,
  group,
  options,
  addOns: 'union',
  sales: 'gate',
  initial: [],
  ...details,
})

/** What adds nothing: an add-on that leaves a property alone, a reseller that may not sell it. */
export function nothing(property: Property): Value {
  switch (property.kind) {
    case 'limit':
      return 0
    case 'switch':
      return false
    case 'choice':
      return property.options[0]!
    case 'list':
      return []
  }
}

/** What nothing goes beyond. */
export function everything(property: Property): Value {
  switch (property.kind) {
    case 'limit':
      return property.always ? property.most : unlimited
    case 'switch':
      return true
    case 'choice':
      return property.options.at(-1)!
    case 'list':
      return property.options
  }
}
