import { sql } from 'drizzle-orm'
import { statusNames, statusOf } from '../accounts/list-fields.ts'
import { accounts } from '../accounts/schema.ts'
import type { ListColumn } from '../web/columns.ts'
import { day, oneOf, reference, search } from '../web/fields.ts'
import type { Translate } from '../web/i18n.ts'
import type { FiltersOf, ListRules } from '../web/list.ts'
import { overs, subscriptionStatuses, syncStates } from './matching.ts'
import { measured, subscriptions } from './schema.ts'

/** Not by host: thousands have the same, and would have to be sorted for each page. */
export const subscriptionRules = {
  sorts: {
    domain: subscriptions.domain,
    id: subscriptions.id,
    user: subscriptions.systemUser,
    customer: sql`lower(${accounts.name})`,
    created: subscriptions.createdAt,
  },
  sort: 'domain',
  id: subscriptions.id,
  unique: ['domain'],
  filters: {
    q: search(),
    status: oneOf(subscriptionStatuses),
    sync: oneOf(syncStates),
    account: reference(),
    provider: reference(),
    plan: reference(),
    host: reference(),
    over: oneOf(overs),
    from: day(),
    to: day(),
  },
} satisfies ListRules

export type AskedSubscriptions = FiltersOf<typeof subscriptionRules>

export interface ListedSubscription {
  id: number
  /** as people read it, and as it is kept */
  domain: string
  name: string
  systemUser: string
  planId: number | null
  plan: string | null
  accountId: number
  customer: string
  hostId: number
  host: string
  suspended: boolean
  removing: boolean
  trashedUntil: Date | null
  locked: boolean
  unsynced: boolean
  expiresOn: string | null
  /** null: not measured yet */
  used: Used | null
  createdAt: Date
}

export const subscriptionColumns = (t: Translate): ListColumn<ListedSubscription>[] => [
  {
    name: 'domain',
    label: t('Subscription'),
    sort: 'domain',
    always: true,
    text: (row) => row.name,
  },
  { name: 'id', label: t('ID'), sort: 'id', rare: true, text: (row) => row.id },
  { name: 'plan', label: t('Plan'), fileOnly: true, text: (row) => row.plan ?? t('Custom') },
  { name: 'user', label: t('User'), sort: 'user', text: (row) => row.systemUser },
  { name: 'customer', label: t('Customer'), sort: 'customer', text: (row) => row.customer },
  { name: 'host', label: t('Host'), text: (row) => row.host },
  { name: 'status', label: t('Status'), text: (row) => t(statusNames[statusOf(row)]) },
  { name: 'sync', label: t('Sync'), fileOnly: true, text: (row) => t(syncNames[syncOf(row)]) },
  {
    ...{ name: 'disk', label: t('Disk space'), end: true, rare: true },
    text: ({ used }) => used?.disk ?? null,
    sum: { of: figure('disk'), as: 'bytes' },
  },
  {
    ...{ name: 'traffic', label: t('Traffic'), end: true, rare: true },
    text: ({ used }) => used?.traffic ?? null,
    sum: { of: figure('traffic'), as: 'bytes' },
  },
  { name: 'expires', label: t('Expiration date'), rare: true, text: (row) => row.expiresOn },
  {
    name: 'created',
    label: t('Created'),
    sort: 'created',
    rare: true,
    text: (row) => row.createdAt,
  },
  // S-38 to S-54
  { name: 'actions', label: t('Action') },
]

const figure = (what: 'disk' | 'traffic') =>
  sql`(select ${measured[what]} from ${measured} where ${measured.subscriptionId} = ${subscriptions.id})`

export interface Used {
  /** bytes */
  disk: number
  /** bytes of the running month; null: its host counts none */
  traffic: number | null
  diskOver: boolean
  trafficOver: boolean
}

/** As measured last, by one look for each row. */
export const used = sql<Used | null>`(select json_build_object('disk', disk, 'traffic', traffic,
    'diskOver', goes_beyond(${subscriptions.values}, 'disk', disk),
    'trafficOver', goes_beyond(${subscriptions.values}, 'traffic', traffic))
  from ${measured} where ${measured.subscriptionId} = ${subscriptions.id})`

export const syncNames = { synced: 'Synced', unsynced: 'Unsynced', locked: 'Locked' }

const syncOf = ({ locked, unsynced }: ListedSubscription): keyof typeof syncNames =>
  locked ? 'locked' : unsynced ? 'unsynced' : 'synced'

/** S-61, S-66, R-22 */
export const overOptions = (t: Translate) => [
  { value: 'yes', label: t('Uses more than its limit') },
  { value: 'suspended', label: t('Suspended for it') },
]
