/** "Unlimited" is a value of its own, never 0 and never a magic number. */
export const unlimited = 'unlimited'
export type Limit = number | typeof unlimited

/** What a property can hold: a limit, a switch, a choice or a list. */
export type Value = Limit | boolean | string | readonly string[]

/** `bytes` are typed and shown in MB, MB = 1,048,576 bytes. */
export type Unit = 'bytes' | 'count' | 'kbit/s' | 'seconds'

/** resources and web are sold by the piece; `reseller` stands in reseller plans only */
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
  /** the permission (a switch) that lets the customer change it; sync then ignores it (P-46) */
  customerMay?: string
  /** name under which a host says that it can do this; absent = every host can */
  hostProvides?: string
  /** what a plan form starts with */
  initial: Value
}

/** add-ons add up, or the largest counts; what a reseller sold adds up, or each may be so large */
export interface LimitProperty extends Common {
  kind: 'limit'
  unit: Unit
  addOns: 'sum' | 'max'
  sales: 'sum' | 'max'
  initial: Limit
}

/** any add-on turns it on; a reseller may sell it only when its own plan has it */
export interface SwitchProperty extends Common {
  kind: 'switch'
  addOns: 'or'
  sales: 'gate'
  initial: boolean
}

/** options from the smallest to the largest; the largest of plan and add-ons counts */
export interface ChoiceProperty extends Common {
  kind: 'choice'
  options: readonly string[]
  addOns: 'max'
  sales: 'max'
  initial: string
}

export interface ListProperty extends Common {
  kind: 'list'
  options: readonly string[]
  addOns: 'union'
  sales: 'gate'
  initial: readonly string[]
}

export type Property = LimitProperty | SwitchProperty | ChoiceProperty | ListProperty

export const limit = (
  label: string,
  group: Group,
  more: Partial<Omit<LimitProperty, 'kind' | 'label' | 'group'>> = {},
): LimitProperty => ({
  kind: 'limit',
  label,
  group,
  unit: 'count',
  addOns: 'sum',
  sales: 'sum',
  initial: 0,
  ...more,
})

export const onOff = (
  label: string,
  group: Group,
  more: Partial<Pick<SwitchProperty, 'customerMay' | 'hostProvides' | 'initial'>> = {},
): SwitchProperty => ({
  kind: 'switch',
  label,
  group,
  addOns: 'or',
  sales: 'gate',
  initial: false,
  ...more,
})

export const choice = (
  label: string,
  group: Group,
  options: readonly string[],
  more: Partial<Pick<ChoiceProperty, 'customerMay' | 'hostProvides' | 'initial'>> = {},
): ChoiceProperty => ({
  kind: 'choice',
  label,
  group,
  options,
  addOns: 'max',
  sales: 'max',
  initial: options[0]!,
  ...more,
})

export const list = (
  label: string,
  group: Group,
  options: readonly string[],
  more: Partial<Pick<ListProperty, 'initial'>> = {},
): ListProperty => ({
  kind: 'list',
  label,
  group,
  options,
  addOns: 'union',
  sales: 'gate',
  initial: [],
  ...more,
})
