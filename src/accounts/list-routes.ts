import { Hono } from 'hono'
import type { Narrowed } from '../db/narrowing.ts'
import { matchingBranches } from '../subscriptions/matching-accounts.ts'
import { alike } from '../web/alike.ts'
import { shownColumns } from '../web/columns.ts'
import { csv, everyRow } from '../web/csv.ts'
import type { C, Env } from '../web/env.ts'
import { filterPanel } from '../web/filter-panel.ts'
import { found } from '../web/found.ts'
import { readList, wantsPart } from '../web/list.ts'
import { page } from '../web/respond.ts'
import { sellersOnly } from '../web/signed-in.ts'
import { totalsOf } from '../web/totals.ts'
import { maySell } from './access.ts'
import { accountColumns, accountRules } from './list-fields.ts'
import { accountPanel } from './panel-fields.ts'
import { accountRows, wanted } from './row-fields.ts'
import { accounts } from './schema.ts'

export type AccountList = Awaited<ReturnType<typeof accountList>>

export const accountListRoutes = new Hono<Env>()

  // P-59, M-4: all accounts, one list.
  .get('/customers', sellersOnly, async (c) => {
    const data = await accountList(c)
    return page(c, wantsPart(c, data.list) ? 'accounts/_table' : 'accounts/list', data)
  })

  .get('/customers.csv', sellersOnly, (c) => {
    const rows = everyRow(c, accountRules, (list) => accountRows(c, list))
    return csv(c, 'customers', accountColumns(c.var.t, c.var.actor), rows)
  })

async function accountList(c: C) {
  const { db, actor, t } = c.var
  const read = readList(c, accountRules)
  const { seen, shape } = alike(c, read.words)
  const all = accountColumns(t, actor)
  const matching = {
    unfiltered: read.unfiltered,
    branches: () => matchingBranches(seen, wanted(c, read.filters)),
    shape: shape && { ...shape, name: `accounts ${shape.name}` },
  }
  const columns = shownColumns(c, all)
  const [{ rows, few }, fields] = await Promise.all([
    found(db, matching, (few) => accountRows(c, read, { few, columns })),
    accountPanel(c, read.filters),
  ])
  const list = read.of(rows)
  const panel = filterPanel(fields, list)
  const seenColumns = all.filter(({ name }) => columns.has(name))
  const asked = wanted(c, read.filters)
  const totals = await totalsOf(c, accounts, seenColumns, () => matchingBranches(actor, asked), few)
  return {
    list,
    columns,
    panel,
    totals,
    csv: true,
    count: counted(c, few),
    mayCreate: maySell(actor),
  }
}

const counted = ({ var: { t } }: C, { count, more }: Narrowed) =>
  more
    ? t('More than {count} accounts', { count })
    : t('{count} {count|account|accounts}', { count })
