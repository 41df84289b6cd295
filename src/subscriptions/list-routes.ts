import { Hono } from 'hono'
import { maySell } from '../accounts/access.ts'
import type { Narrowed } from '../db/narrowing.ts'
import { alike } from '../web/alike.ts'
import { shownColumns } from '../web/columns.ts'
import { csv, everyRow } from '../web/csv.ts'
import type { C, Env } from '../web/env.ts'
import { filterPanel } from '../web/filter-panel.ts'
import { found } from '../web/found.ts'
import { readList, wantsPart } from '../web/list.ts'
import { page } from '../web/respond.ts'
import { totalsOf } from '../web/totals.ts'
import { subscriptionColumns, subscriptionRules } from './list-fields.ts'
import { isUnseen, matchingSubscriptionBranches } from './matching.ts'
import { subscriptionPanel } from './panel-fields.ts'
import { subscriptionRows, wanted } from './row-fields.ts'
import { subscriptions } from './schema.ts'

export type SubscriptionList = Awaited<ReturnType<typeof subscriptionList>>

export const subscriptionListRoutes = new Hono<Env>()

  .get('/subscriptions', async (c) => {
    const data = await subscriptionList(c)
    return page(c, wantsPart(c, data.list) ? 'subscriptions/_table' : 'subscriptions/list', data)
  })

  .get('/subscriptions.csv', (c) => {
    const rows = everyRow(c, subscriptionRules, (list) => subscriptionRows(c, list))
    return csv(c, 'subscriptions', subscriptionColumns(c.var.t), rows)
  })

async function subscriptionList(c: C) {
  const { db, actor, t } = c.var
  const read = readList(c, subscriptionRules)
  const { seen, asked, shape } = alike(c, read)
  const columns = shownColumns(c, subscriptionColumns(t))
  const [{ rows, matching }, fields] = await Promise.all([
    found(
      db,
      {
        branches: () => matchingSubscriptionBranches(seen, wanted(c, asked)),
        shape: shape && { ...shape, name: `subscriptions ${shape.name}` },
        planned: read.filters.q !== undefined && !isUnseen(seen, wanted(c, asked)),
      },
      (few) => subscriptionRows(c, read, { few, columns }),
    ),
    subscriptionPanel(c, read.filters),
  ])
  const list = read.of(rows)
  const all = () => matchingSubscriptionBranches(actor, wanted(c, read.filters))
  return {
    list,
    columns,
    panel: filterPanel(fields, list),
    totals: await totalsOf(c, subscriptions, columns, all, matching),
    csv: true,
    count: counted(c, matching),
    mayCreate: maySell(actor),
  }
}

const counted = ({ var: { t } }: C, { count, more }: Narrowed) =>
  more
    ? t('More than {count} subscriptions', { count })
    : t('{count} {count|subscription|subscriptions}', { count })
