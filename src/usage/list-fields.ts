import { and, eq, type SelectedFields, type SQL, sql } from 'drizzle-orm'
import { alias, type PgColumn, type PgTable } from 'drizzle-orm/pg-core'
import type { SelectResultFields } from 'drizzle-orm/query-builders/select.types'
import { accounts } from '../accounts/schema.ts'
import { amongWritten } from '../db/many.ts'
import { hosts } from '../hosts/schema.ts'
import { shownDomain } from '../names/domain.ts'
import { plans } from '../plans/schema.ts'
import {
  type ContentPlace,
  place,
  placeColumns,
  placePanel,
} from '../subscriptions/content-list-fields.ts'
import {
  matchingSubscriptionBranches,
  matchingSubscriptionsOneByOne,
} from '../subscriptions/matching.ts'
import { subscriptions } from '../subscriptions/schema.ts'
import type { ListColumn } from '../web/columns.ts'
import type { C } from '../web/env.ts'
import { oneOf, reference, search } from '../web/fields.ts'
import type { FiltersOf, ListRules } from '../web/list.ts'
import type { ListSource } from '../web/listed.ts'
import type { Summed } from '../web/totals.ts'

const filters = {
  q: search(),
  status: oneOf(['active', 'suspended']),
  account: reference(),
  provider: reference(),
  plan: reference(),
  host: reference(),
  over: oneOf(['yes']),
}

type Rules = ListRules & { filters: typeof filters }
type Asked = FiltersOf<Rules>
type Fields = SelectedFields<PgColumn, PgTable>

/** A list of subscriptions with figures of theirs. */
export interface UsageList<Own extends Fields> {
  /** where the figures come from */
  figures: PgTable
  on: SQL
  own: Own
  /** by figures; who has none is not in such an order */
  sorts: ListRules['sorts']
  sort: string
  /** there are figures */
  there: SQL
  /** who has no figures is not in the list either; else they have none there */
  only?: SQL
  /** numbers of those with more than they may */
  over: SQL
  columns: (c: C) => (ListColumn<UsageRow<Own>> & { sum?: Summed })[]
}

export type UsageRow<Own extends Fields> = SelectResultFields<Own> &
  ContentPlace & { cursor: string }

const provider = alias(accounts, 'provider')

export function usageSource<Own extends Fields>(
  usage: UsageList<Own>,
): ListSource<Rules, UsageRow<Own>> {
  const rules: Rules = {
    sorts: {
      domain: subscriptions.domain,
      customer: sql`lower(${accounts.name})`,
      user: subscriptions.systemUser,
      ...usage.sorts,
    },
    sort: usage.sort,
    id: subscriptions.id,
    filters,
  }
  const narrower = ({ over }: Asked): SQL | undefined =>
    and(
      usage.only && sql`${subscriptions.id} in (${usage.only})`,
      over && sql`${subscriptions.id} in (${usage.over})`,
    )
  return {
    rules,
    columns: (c) => [
      {
        ...{ name: 'domain', label: c.var.t('Subscription'), sort: 'domain', always: true },
        text: (row) => row.subscription,
      },
      ...placeColumns(c).filter(({ name }) => name !== 'subscription'),
      ...usage.columns(c),
    ],
    panel: async (c, { over: _, ...asked }) => [
      {
        name: 'over',
        label: c.var.t('Over limit'),
        options: [{ value: 'yes', label: c.var.t('Over limit') }],
      },
      ...(await placePanel(c, asked)).filter(({ name }) => name !== 'subscription'),
    ],
    branches: ({ var: { actor } }, asked) => {
      const more = narrower(asked)
      const { over: _, ...rest } = asked
      return matchingSubscriptionBranches(actor, { ...rest, timeZone }).map((branch) =>
        more
          ? sql`select ${subscriptions.id} from ${subscriptions}
              where ${subscriptions.id} in (${branch}) and ${more}`
          : branch,
      )
    },
    rows: async ({ var: { db, actor } }, list, few) => {
      const { over: _, ...rest } = list.filters as Asked
      const those = few?.ids
        ? amongWritten(subscriptions.id, few.ids)
        : and(
            matchingSubscriptionsOneByOne(actor, { ...rest, timeZone }),
            narrower(list.filters as Asked),
          )
      const orderedByFigures = Object.hasOwn(usage.sorts, list.sort)
      const there = usage.only || orderedByFigures ? usage.there : undefined
      const rows = await db
        .select({ ...usage.own, ...place, cursor: list.cursor } as Fields)
        .from(subscriptions)
        .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
        .innerJoin(hosts, eq(hosts.id, subscriptions.hostId))
        .leftJoin(usage.figures, usage.on)
        .leftJoin(plans, eq(plans.id, subscriptions.planId))
        .leftJoin(provider, eq(provider.id, accounts.providerId))
        .where(and(those, there, list.where))
        .orderBy(...list.order)
        .limit(list.limit)
      return (rows as unknown as UsageRow<Own>[]).map((row) => ({
        ...row,
        subscription: shownDomain(row.subscription),
      }))
    },
    count: ({ var: { t } }, { count, more }) =>
      more
        ? t('More than {count} subscriptions', { count })
        : t('{count} {count|subscription|subscriptions}', { count }),
  }
}

/** No days are asked for. */
const timeZone = 'UTC'
