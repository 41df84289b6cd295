import { Hono } from 'hono'
import { mayWrite } from '../accounts/access.ts'
import {
  contentFilters,
  contentSource,
  placeColumns,
} from '../subscriptions/content-list-fields.ts'
import { domains } from '../subscriptions/schema.ts'
import type { C, Env } from '../web/env.ts'
import { oneOf } from '../web/fields.ts'
import { wantsPart } from '../web/list.ts'
import { exported, listed } from '../web/listed.ts'
import { page } from '../web/respond.ts'
import {
  kindOptions,
  lastColumns,
  nameSorts,
  ofKinds,
  ownFields,
  toldName,
} from './domain-list-fields.ts'

export type ForwardingList = Awaited<ReturnType<typeof forwardingList>>

export const forwardingListRoutes = new Hono<Env>()

  .get('/forwardings', async (c) => {
    const data = await forwardingList(c)
    const part = wantsPart(c, data.list)
    return page(c, part ? 'domains/_forwardings' : 'domains/forwardings', data)
  })

  .get('/forwardings.csv', (c) => exported(c, 'forwardings', source))

const forwardingList = async (c: C) => ({
  ...(await listed(c, source)),
  mayAdd: mayWrite(c.var.actor),
})

/** S-57: onto an account, or to an address. */
const kinds = ['alias', 'redirect'] as const

const source = contentSource({
  contents: ({ kind }) => ofKinds(kinds, kind),
  own: ownFields,
  rules: {
    sorts: nameSorts,
    sort: 'name',
    id: domains.id,
    filters: { ...contentFilters, kind: oneOf(kinds) },
  },
  columns: (c) => {
    const { t } = c.var
    return [
      { name: 'name', label: t('Domain'), sort: 'name', always: true, text: (row) => row.name },
      { name: 'to', label: t('Leads to'), text: (row) => row.address ?? row.subscription },
      ...placeColumns(c).filter(({ name }) => name !== 'subscription'),
      ...lastColumns(c),
    ]
  },
  panel: (c) => [{ name: 'kind', label: c.var.t('Leads to'), options: kindOptions(c, kinds) }],
  told: toldName,
  count: ({ var: { t } }, { count, more }) =>
    more
      ? t('More than {count} forwarded domains', { count })
      : t('{count} {count|forwarded domain|forwarded domains}', { count }),
})
