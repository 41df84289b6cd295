import { Hono } from 'hono'
import { accountName } from '../lists/choices.ts'
import { shownColumns } from '../web/columns.ts'
import { csv, everyRow } from '../web/csv.ts'
import type { C, Env } from '../web/env.ts'
import { filterPanel, type PanelField } from '../web/filter-panel.ts'
import { type ReadList, readList, wantsPart } from '../web/list.ts'
import { timeZoneOf } from '../web/reader.ts'
import { page } from '../web/respond.ts'
import { sellersOnly } from '../web/signed-in.ts'
import { mayHandle } from './access.ts'
import { templateNames, templates } from './catalogue.ts'
import { countFailed, listMessages } from './list.ts'
import { type AskedMessages, kindOf, outboxColumns, outboxRules } from './list-fields.ts'
import { messageState } from './schema.ts'
import { messageStates } from './states.ts'

export type Outbox = Awaited<ReturnType<typeof outbox>>

/** More than so many are not counted. */
const mostCounted = 1000

export const outboxListRoutes = new Hono<Env>()

  .use('/outbox', sellersOnly)
  .use('/outbox.csv', sellersOnly)

  .get('/outbox', async (c) => {
    const data = await outbox(c)
    return page(c, wantsPart(c, data.list) ? 'messages/_table' : 'messages/list', data)
  })

  .get('/outbox.csv', (c) =>
    csv(
      c,
      'outbox',
      outboxColumns(c.var.t),
      everyRow(c, outboxRules, (list) => found(c, list)),
    ),
  )

async function outbox(c: C) {
  const { db, actor } = c.var
  const read = readList(c, outboxRules)
  const may = mayHandle(actor, { providerId: actor.accountId })
  const columns = shownColumns(c, outboxColumns(c.var.t))
  const [rows, fields, failed] = await Promise.all([
    found(c, read),
    panelFields(c, read.filters),
    may ? countFailed(db, actor, mostCounted + 1) : 0,
  ])
  const shown = rows.map((row) => ({
    ...row,
    kind: kindOf(row.template),
    told: messageStates[row.state],
  }))
  const list = read.of(shown)
  return {
    list,
    columns,
    panel: filterPanel(fields, list),
    csv: true,
    /** that the reader could send again */
    failed: { count: Math.min(failed, mostCounted), more: failed > mostCounted },
  }
}

function found(c: C, list: ReadList<typeof outboxRules>) {
  const { db, actor } = c.var
  return listMessages(db, actor, { ...list.filters, timeZone: timeZoneOf(c) }, list)
}

async function panelFields(c: C, asked: AskedMessages): Promise<PanelField[]> {
  const { db, actor, t } = c.var
  const account = asked.account === undefined ? '' : await accountName(db, actor, asked.account)
  const states = messageState.enumValues.map((value) => ({
    value,
    label: t(messageStates[value].label),
  }))
  const kinds = templateNames.map((value) => ({ value, label: t(templates[value].label) }))
  return [
    { name: 'state', label: t('State'), options: states },
    { name: 'template', label: t('Kind'), options: kinds },
    { name: 'account', label: t('Account'), said: account },
    { name: 'from', label: t('From'), date: true },
    { name: 'to', label: t('Until'), date: true },
  ]
}
