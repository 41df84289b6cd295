import { Hono } from 'hono'
import { accountName } from '../lists/choices.ts'
import { shownColumns } from '../web/columns.ts'
import { csv, everyRow } from '../web/csv.ts'
import type { C, Env } from '../web/env.ts'
import { filterPanel, type PanelField } from '../web/filter-panel.ts'
import { type ReadList, readList, wantsPart } from '../web/list.ts'
import { timeZoneOf } from '../web/reader.ts'
import { page } from '../web/respond.ts'
import { listEntries } from './entries.ts'
import { type AskedEntries, auditColumns, auditRules, shown } from './list-fields.ts'
import { actionWords, objectWords } from './words.ts'

export type AuditList = Awaited<ReturnType<typeof auditList>>

export const auditRoutes = new Hono<Env>()

  .get('/audit', async (c) => {
    const data = await auditList(c)
    return page(c, wantsPart(c, data.list) ? 'audit/_table' : 'audit/list', data)
  })

  .get('/audit.csv', (c) =>
    csv(
      c,
      'audit',
      auditColumns(c.var.t),
      everyRow(c, auditRules, (list) => entries(c, list)),
    ),
  )

async function auditList(c: C) {
  const read = readList(c, auditRules)
  const [found, fields] = await Promise.all([entries(c, read), auditPanel(c, read.filters)])
  const columns = shownColumns(c, auditColumns(c.var.t))
  const list = read.of(found)
  return { list, columns, panel: filterPanel(fields, list), csv: true }
}

async function entries(c: C, list: ReadList<typeof auditRules>) {
  const { db, actor } = c.var
  const wanted = { ...list.filters, timeZone: timeZoneOf(c) }
  return (await listEntries(db, actor, wanted, list)).map((entry) => shown(c, entry))
}

async function auditPanel(c: C, asked: AskedEntries): Promise<PanelField[]> {
  const { db, actor, t } = c.var
  const called = (id: number | undefined) => (id === undefined ? '' : accountName(db, actor, id))
  const [account, doer] = await Promise.all([called(asked.account), called(asked.actor)])
  return [
    { name: 'action', label: t('What'), options: words(actionWords, t) },
    { name: 'kind', label: t('On what'), options: words(objectWords, t) },
    { name: 'account', label: t('Account'), said: account },
    { name: 'actor', label: t('Who'), said: doer },
    { name: 'from', label: t('From'), date: true },
    { name: 'to', label: t('Until'), date: true },
  ]
}

const words = (all: Readonly<Record<string, string>>, t: C['var']['t']) =>
  Object.entries(all)
    .map(([value, word]) => ({ value, label: t(word) }))
    .toSorted((a, b) => a.label.localeCompare(b.label))
