import { and, eq, or, sql } from 'drizzle-orm'
import { Hono } from 'hono'
import { accounts } from '../accounts/schema.ts'
import { mayChange } from '../audit/roles.ts'
import { shownDomain } from '../names/domain.ts'
import { subscriptions } from '../subscriptions/schema.ts'
import { type ListColumn, shownColumns } from '../web/columns.ts'
import { csv, everyRow } from '../web/csv.ts'
import type { C, Env } from '../web/env.ts'
import { reference, search } from '../web/fields.ts'
import { filterPanel } from '../web/filter-panel.ts'
import type { Translate } from '../web/i18n.ts'
import { contains, type ListRules, type ReadList, readList, wantsPart } from '../web/list.ts'
import { page } from '../web/respond.ts'
import { visibleDatabases } from './access.ts'
import { databases, databaseUsers } from './schema.ts'

export type DatabaseList = Awaited<ReturnType<typeof databaseList>>
type Row = Awaited<ReturnType<typeof rowsOf>>[number]

const rules = {
  sorts: {
    name: databases.name,
    customer: sql`lower(${accounts.name})`,
    bytes: sql<number>`coalesce(${databases.bytes}, 0)::bigint`,
    created: databases.createdAt,
  },
  sort: 'name',
  id: databases.id,
  filters: { q: search(), account: reference(), subscription: reference() },
} satisfies ListRules

const databaseColumns = (t: Translate) =>
  [
    { name: 'name', label: t('Name'), sort: 'name', always: true, text: (row) => row.name },
    { name: 'subscription', label: t('Subscription'), text: (row) => row.subscription },
    { name: 'customer', label: t('Customer'), sort: 'customer', text: (row) => row.customer },
    { name: 'users', label: t('Users'), end: true, text: (row) => row.users },
    { name: 'bytes', label: t('Size'), sort: 'bytes', end: true, text: (row) => row.bytes },
    {
      ...{ name: 'created', label: t('Created'), sort: 'created', rare: true },
      text: (row) => row.createdAt,
    },
  ] satisfies ListColumn<Row>[]

export const databaseListRoutes = new Hono<Env>()

  .get('/databases', async (c) => {
    const data = await databaseList(c)
    return page(c, wantsPart(c, data.list) ? 'databases/_table' : 'databases/list', data)
  })

  .get('/databases.csv', (c) =>
    csv(
      c,
      'databases',
      databaseColumns(c.var.t),
      everyRow(c, rules, (list) => rowsOf(c, list)),
    ),
  )

async function databaseList(c: C) {
  const read = readList(c, rules)
  const [rows, columns] = await Promise.all([
    rowsOf(c, read),
    shownColumns(c, databaseColumns(c.var.t)),
  ])
  const list = read.of(rows)
  const panel = filterPanel(
    [
      { name: 'account', label: c.var.t('Customer'), said: rows[0]?.customer ?? '' },
      { name: 'subscription', label: c.var.t('Subscription'), said: rows[0]?.subscription ?? '' },
    ],
    list,
  )
  return { list, columns, panel, csv: true, mayAdd: mayChange(c.var.actor, 'hosting') }
}

async function rowsOf(c: C, list: ReadList<typeof rules>) {
  const { db, actor } = c.var
  const { q, account, subscription } = list.filters
  const rows = await db
    .select({
      id: databases.id,
      name: databases.name,
      bytes: databases.bytes,
      createdAt: databases.createdAt,
      users,
      subscriptionId: subscriptions.id,
      subscription: subscriptions.domain,
      suspended: subscriptions.suspended,
      accountId: accounts.id,
      customer: accounts.name,
      cursor: list.cursor,
    })
    .from(databases)
    .innerJoin(subscriptions, eq(subscriptions.id, databases.subscriptionId))
    .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
    .where(
      and(
        visibleDatabases(db, actor),
        account === undefined ? undefined : eq(accounts.id, account),
        subscription === undefined ? undefined : eq(subscriptions.id, subscription),
        q
          ? or(
              ...[databases.name, subscriptions.domain, accounts.name].map((one) =>
                contains(one, q),
              ),
            )
          : undefined,
        list.where,
      ),
    )
    .orderBy(...list.order)
    .limit(list.limit)
  return rows.map((row) => ({ ...row, subscription: shownDomain(row.subscription) }))
}

const users = sql<number>`(select count(*)::integer from ${databaseUsers} where ${databaseUsers.databaseId} = ${databases.id})`
