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
import { visibleFtpLogins } from './access.ts'
import { ftpLogins } from './schema.ts'

export type FtpLoginList = Awaited<ReturnType<typeof ftpLoginList>>
type Row = Awaited<ReturnType<typeof rowsOf>>[number]

const rules = {
  sorts: {
    name: ftpLogins.name,
    customer: sql`lower(${accounts.name})`,
    created: ftpLogins.createdAt,
  },
  sort: 'name',
  id: ftpLogins.id,
  filters: { q: search(), account: reference(), subscription: reference() },
} satisfies ListRules

const ftpLoginColumns = (t: Translate) =>
  [
    { name: 'name', label: t('Name'), sort: 'name', always: true, text: (row) => row.name },
    { name: 'subscription', label: t('Subscription'), text: (row) => row.subscription },
    { name: 'customer', label: t('Customer'), sort: 'customer', text: (row) => row.customer },
    { name: 'folder', label: t('Folder'), text: (row) => homeFolder(row) },
    {
      ...{ name: 'created', label: t('Created'), sort: 'created', rare: true },
      text: (row) => row.createdAt,
    },
  ] satisfies ListColumn<Row>[]

export const ftpLoginListRoutes = new Hono<Env>()

  .get('/ftp-logins', async (c) => {
    const data = await ftpLoginList(c)
    return page(c, wantsPart(c, data.list) ? 'ftp/_table' : 'ftp/list', data)
  })

  .get('/ftp-logins.csv', (c) =>
    csv(
      c,
      'ftp-logins',
      ftpLoginColumns(c.var.t),
      everyRow(c, rules, (list) => rowsOf(c, list)),
    ),
  )

async function ftpLoginList(c: C) {
  const read = readList(c, rules)
  const [rows, columns] = await Promise.all([
    rowsOf(c, read),
    shownColumns(c, ftpLoginColumns(c.var.t)),
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
      id: ftpLogins.id,
      name: ftpLogins.name,
      folder: ftpLogins.folder,
      systemUser: subscriptions.systemUser,
      createdAt: ftpLogins.createdAt,
      subscriptionId: subscriptions.id,
      subscription: subscriptions.domain,
      suspended: subscriptions.suspended,
      accountId: accounts.id,
      customer: accounts.name,
      cursor: list.cursor,
    })
    .from(ftpLogins)
    .innerJoin(subscriptions, eq(subscriptions.id, ftpLogins.subscriptionId))
    .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
    .where(
      and(
        visibleFtpLogins(db, actor),
        account === undefined ? undefined : eq(accounts.id, account),
        subscription === undefined ? undefined : eq(subscriptions.id, subscription),
        q
          ? or(
              ...[ftpLogins.name, subscriptions.domain, accounts.name].map((one) =>
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

/** As it lies on the host. */
export const homeFolder = ({ systemUser, folder }: { systemUser: string; folder: string }) =>
  folder === '' ? `/home/${systemUser}` : `/home/${systemUser}/${folder}`
