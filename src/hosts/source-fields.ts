import { and, eq, getTableColumns, or, type SQL, sql } from 'drizzle-orm'
import { amongWritten } from '../db/many.ts'
import { oneOf, search } from '../web/fields.ts'
import { contains, type FiltersOf, type ListRules } from '../web/list.ts'
import type { ListSource } from '../web/listed.ts'
import { someSubscriptions } from './access.ts'
import { type ShownHost, shown } from './presentation.ts'
import { hostStates, hosts } from './schema.ts'
import { statusOf } from './status.ts'

const rules = {
  sorts: { name: hosts.name, state: hosts.state, created: hosts.createdAt },
  sort: 'name',
  id: hosts.id,
  filters: { q: search(), state: oneOf(hostStates) },
} satisfies ListRules

type Row = ShownHost & { cursor: string }

export const hostSource: ListSource<typeof rules, Row> = {
  rules,
  columns: ({ var: { t, show } }) => [
    { name: 'name', label: t('Name'), sort: 'name', always: true, text: (host) => host.name },
    { name: 'address', label: t('Address'), fileOnly: true, text: (host) => host.place },
    { name: 'state', label: t('State'), sort: 'state', text: (host) => t(host.status.label) },
    { name: 'load', label: t('Load'), end: true, text: (host) => host.facts?.load ?? null },
    {
      ...{ name: 'disk', label: t('Free disk space') },
      text: (host) => host.facts?.disk.free ?? null,
    },
    { name: 'agent', label: t('Agent'), text: (host) => host.agentVersion },
    { name: 'seen', label: t('Last seen'), text: (host) => host.factsAt },
    {
      ...{ name: 'subscriptions', label: t('Subscriptions'), end: true },
      text: ({ subscriptions }) =>
        subscriptions.more ? show.some(subscriptions) : subscriptions.count,
    },
  ],
  panel: async ({ var: { t } }) => [
    {
      ...{ name: 'state', label: t('State') },
      options: hostStates.map((value) => ({ value, label: t(statusOf[value].label) })),
    },
  ],
  branches: (_, asked) => [sql`select ${hosts.id} from ${hosts} where ${matching(asked)}`],
  rows: async ({ var: { db } }, list, few) => {
    const rows = await db
      .select({
        ...getTableColumns(hosts),
        subscriptions: someSubscriptions,
        cursor: list.cursor,
      })
      .from(hosts)
      .where(and(few?.ids ? amongWritten(hosts.id, few.ids) : matching(list.filters), list.where))
      .orderBy(...list.order)
      .limit(list.limit)
    return rows.map((row) => ({ ...shown(row), cursor: row.cursor }))
  },
  count: ({ var: { t } }, { count, more }) =>
    more ? t('More than {count} hosts', { count }) : t('{count} {count|host|hosts}', { count }),
}

const matching = ({ q, state }: FiltersOf<typeof rules>): SQL =>
  and(
    sql`true`,
    state && eq(hosts.state, state),
    q ? or(contains(hosts.name, q), contains(hosts.address, q)) : undefined,
  )!
