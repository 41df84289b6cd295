import { sql } from 'drizzle-orm'
import { type Actor, accountKinds } from '../audit/actor.ts'
import { overs } from '../subscriptions/matching.ts'
import { accountStatuses } from '../subscriptions/matching-accounts.ts'
import type { ListColumn } from '../web/columns.ts'
import { day, oneOf, reference, search } from '../web/fields.ts'
import type { Translate } from '../web/i18n.ts'
import type { FiltersOf, ListRules } from '../web/list.ts'
import { accounts, logins } from './schema.ts'

export const accountRules = {
  sorts: {
    name: sql`lower(${accounts.name})`,
    id: accounts.id,
    company: sql`lower(${accounts.company})`,
    login: logins.name,
    created: accounts.createdAt,
  },
  sort: 'name',
  id: accounts.id,
  filters: {
    q: search(),
    kind: oneOf(accountKinds),
    status: oneOf(accountStatuses),
    provider: reference(),
    plan: reference(),
    host: reference(),
    over: oneOf(overs),
    from: day(),
    to: day(),
  },
} satisfies ListRules

export type AskedAccounts = FiltersOf<typeof accountRules>

export interface ListedAccount {
  id: number
  kind: (typeof accountKinds)[number]
  name: string
  company: string
  email: string
  phone: string
  description: string
  providerId: number | null
  providerName: string | null
  login: string
  /** at most a thousand are counted */
  subscriptions: number
  suspended: boolean
  removing: boolean
  trashedUntil: Date | null
  createdAt: Date
}

/** A reseller's are all customers, and its own: what is the same in every row it need not read. */
export const accountColumns = (t: Translate, reader: Actor): ListColumn<ListedAccount>[] => [
  { name: 'name', label: t('Name'), sort: 'name', always: true, text: ({ name }) => name },
  { name: 'id', label: t('ID'), sort: 'id', text: ({ id }) => id },
  { name: 'company', label: t('Company'), sort: 'company', text: ({ company }) => company },
  { name: 'login', label: t('User'), sort: 'login', text: ({ login }) => login },
  { name: 'email', label: t('E-mail'), rare: true, text: ({ email }) => email },
  { name: 'phone', label: t('Contact number'), rare: true, text: ({ phone }) => phone },
  {
    name: 'kind',
    label: t('Kind'),
    rare: reader.kind !== 'admin',
    text: ({ kind }) => t(kindNames[kind]),
  },
  {
    name: 'provider',
    label: t('Provider'),
    rare: reader.kind !== 'admin',
    text: ({ providerName }) => providerName,
  },
  {
    name: 'subscriptions',
    label: t('Subscriptions'),
    end: true,
    text: ({ subscriptions }) => subscriptions,
    sum: {
      of: sql`(select count(*) from subscriptions where account_id = ${accounts.id})`,
      as: 'number',
    },
  },
  { name: 'status', label: t('Status'), text: (account) => t(statusNames[statusOf(account)]) },
  {
    name: 'created',
    label: t('Created'),
    sort: 'created',
    rare: true,
    text: ({ createdAt }) => createdAt,
  },
  {
    name: 'description',
    label: t('Description'),
    fileOnly: true,
    text: ({ description }) => description,
  },
]

export const kindNames = { admin: 'Administrator', reseller: 'Reseller', customer: 'Customer' }

export const statusNames = {
  active: 'Active',
  suspended: 'Suspended',
  removing: 'Being removed',
  trash: 'In the trash',
}

export function statusOf({
  suspended,
  removing,
  trashedUntil,
}: Pick<ListedAccount, 'suspended' | 'removing' | 'trashedUntil'>): keyof typeof statusNames {
  if (removing) return 'removing'
  if (trashedUntil) return 'trash'
  return suspended ? 'suspended' : 'active'
}
