import { and, eq, type SelectedFields, sql } from 'drizzle-orm'
import { alias, type PgColumn, type PgTable } from 'drizzle-orm/pg-core'
import type { SelectResultFields } from 'drizzle-orm/query-builders/select.types'
import { accounts } from '../accounts/schema.ts'
import { amongWritten } from '../db/many.ts'
import type { Narrowed } from '../db/narrowing.ts'
import { hosts } from '../hosts/schema.ts'
import { accountName, choicesOf, subscriptionName } from '../lists/choices.ts'
import { shownDomain } from '../names/domain.ts'
import { plans } from '../plans/schema.ts'
import type { ListColumn } from '../web/columns.ts'
import type { C } from '../web/env.ts'
import { oneOf, reference, search } from '../web/fields.ts'
import type { PanelField } from '../web/filter-panel.ts'
import type { FiltersOf, ListRules, ReadList } from '../web/list.ts'
import type { ListSource } from '../web/listed.ts'
import {
  type Contents,
  matchingContentBranches,
  matchingContentsOneByOne,
} from './matching-contents.ts'
import { subscriptions } from './schema.ts'

/** What every list of contents can be filtered by. */
export const contentFilters = {
  q: search(),
  status: oneOf(['active', 'suspended']),
  account: reference(),
  subscription: reference(),
  provider: reference(),
  plan: reference(),
  host: reference(),
}

export type AskedContents = FiltersOf<{ filters: typeof contentFilters }>

export const contentSorts = {
  customer: sql`lower(${accounts.name})`,
  user: subscriptions.systemUser,
}

const provider = alias(accounts, 'provider')

/** Whose it is, and where (P-3). */
export const place = {
  subscriptionId: subscriptions.id,
  subscription: subscriptions.domain,
  systemUser: subscriptions.systemUser,
  accountId: accounts.id,
  customer: accounts.name,
  providerId: accounts.providerId,
  provider: sql<string | null>`${provider.name}`,
  planId: subscriptions.planId,
  plan: sql<string | null>`${plans.name}`,
  hostId: hosts.id,
  host: hosts.name,
  suspended: subscriptions.suspended,
  removing: subscriptions.removing,
  behind: sql<boolean>`${subscriptions.appliedGeneration} <> ${subscriptions.generation}`,
}

export type ContentPlace = SelectResultFields<typeof place>

export type ContentRow<Own extends Fields> = SelectResultFields<Own> &
  ContentPlace & { cursor: string }

type Fields = SelectedFields<PgColumn, PgTable>

/** What makes one such list differ from the others. */
export interface ContentList<Own extends Fields, R extends ContentRules> {
  contents: (asked: FiltersOf<R>) => Contents
  /** fields of its own */
  own: Own
  rules: R
  columns: (c: C) => ListColumn<ContentRow<Own>>[]
  /** filters of its own */
  panel?: (c: C) => PanelField[]
  count: (c: C, many: Narrowed) => string
  /** as people read it: names are kept as A-labels (F-1) */
  told?: (row: ContentRow<Own>) => ContentRow<Own>
}

type ContentRules = ListRules & { filters: typeof contentFilters }

export function contentSource<Own extends Fields, const R extends ContentRules>(
  list: ContentList<Own, R>,
): ListSource<R, ContentRow<Own>> {
  const { rules, columns, count } = list
  return {
    rules,
    columns,
    count,
    panel: async (c, asked) => [
      ...(list.panel?.(c) ?? []),
      ...(await placePanel(c, asked as AskedContents)),
    ],
    branches: ({ var: { actor } }, asked) =>
      matchingContentBranches(actor, list.contents(asked), asked as AskedContents),
    rows: async (c, piece, few) => {
      const rows = await rowsOf(c, list.contents(piece.filters), list.own, piece, few)
      return list.told ? rows.map(list.told) : rows
    },
  }
}

async function rowsOf<Own extends Fields>(
  { var: { db, actor } }: C,
  contents: Contents,
  own: Own,
  list: Pick<ReadList<ListRules>, 'filters' | 'cursor' | 'where' | 'order' | 'limit'>,
  few: Narrowed | undefined,
) {
  const { table } = contents
  const those = few?.ids
    ? amongWritten(table.id, few.ids)
    : matchingContentsOneByOne(actor, contents, list.filters as AskedContents)
  const rows = await db
    .select({ ...own, ...place, cursor: list.cursor } as Fields)
    .from(table as PgTable)
    .innerJoin(subscriptions, eq(subscriptions.id, table.subscriptionId))
    .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
    .innerJoin(hosts, eq(hosts.id, subscriptions.hostId))
    .leftJoin(plans, eq(plans.id, subscriptions.planId))
    .leftJoin(provider, eq(provider.id, accounts.providerId))
    .where(and(those, list.where))
    .orderBy(...list.order)
    .limit(list.limit)
  return (rows as unknown as ContentRow<Own>[]).map((row) => ({
    ...row,
    subscription: shownDomain(row.subscription),
  }))
}

/**
 * Customers need not be told who they are.
 *
 * @param known by what people know the subscription in this list; null: by the row itself
 */
export function placeColumns(
  { var: { t, actor } }: C,
  known: 'subscription' | 'user' | null = 'subscription',
): ListColumn<ContentPlace>[] {
  const sells = actor.kind !== 'customer'
  const columns: (ListColumn<ContentPlace> | false)[] = [
    {
      name: 'subscription',
      label: t('Subscription'),
      rare: known !== 'subscription',
      text: (row) => row.subscription,
    },
    {
      name: 'user',
      label: t('User'),
      sort: 'user',
      rare: known !== 'user',
      text: (row) => row.systemUser,
    },
    sells && {
      name: 'customer',
      label: t('Customer'),
      sort: 'customer',
      text: (row) => row.customer,
    },
    actor.kind === 'admin' && {
      name: 'provider',
      label: t('Provider'),
      rare: true,
      text: (row) => row.provider,
    },
    { name: 'plan', label: t('Plan'), rare: true, text: (row) => row.plan ?? t('Custom') },
    sells && { name: 'host', label: t('Host'), rare: true, text: (row) => row.host },
  ]
  return columns.filter((column) => column !== false)
}

export async function placePanel(c: C, asked: AskedContents): Promise<PanelField[]> {
  const { db, actor, t } = c.var
  const [customer, domain, { providers, plans, hosts }] = await Promise.all([
    asked.account === undefined ? '' : accountName(db, actor, asked.account),
    asked.subscription === undefined ? '' : subscriptionName(db, actor, asked.subscription),
    choicesOf(db, actor, asked),
  ])
  const fields: PanelField[] = [
    {
      name: 'status',
      label: t('Status'),
      options: [
        { value: 'active', label: t('Active') },
        { value: 'suspended', label: t('Suspended') },
      ],
    },
    { name: 'account', label: t('Customer'), said: customer },
    { name: 'subscription', label: t('Subscription'), said: domain },
    { name: 'provider', label: t('Provider'), options: providers },
    { name: 'plan', label: t('Plan'), options: plans },
    { name: 'host', label: t('Host'), options: hosts },
  ]
  return fields.filter(({ options }) => options === undefined || options.length > 0)
}
