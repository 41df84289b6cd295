import { Hono } from 'hono'
import type { Narrowed } from '../db/narrowing.ts'
import { isUnseen } from '../subscriptions/matching.ts'
import { matchingBranches, matchingByWords } from '../subscriptions/matching-accounts.ts'
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
  const { seen, asked, shape } = alike(c, read)
  const branches = () => matchingBranches(seen, wanted(c, asked))
  const columns = shownColumns(c, accountColumns(t, actor))
  const [{ rows, matching }, fields] = await Promise.all([
    found(
      db,
      {
        branches,
        shape: shape && { ...shape, name: `accounts ${shape.name}` },
        byWords: matchingByWords(seen, wanted(c, asked)),
        planned: read.filters.q !== undefined && !isUnseen(seen, wanted(c, asked)),
      },
      (few) => accountRows(c, read, { few, columns }),
    ),
    accountPanel(c, read.filters),
  ])
  const list = read.of(rows)
  const all = () => matchingBranches(actor, wanted(c, read.filters))
  return {
    list,
    columns,
    panel: filterPanel(fields, list),
    totals: await totalsOf(c, accounts, columns, all, matching),
    csv: true,
    count: counted(c, matching),
    mayCreate: maySell(actor),
  }
}

const counted = ({ var: { t } }: C, { count, more }: Narrowed) =>
  more
    ? t('More than {count} accounts', { count })
    : t('{count} {count|account|accounts}', { count })
