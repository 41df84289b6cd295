import { sql } from 'drizzle-orm'
import { Hono } from 'hono'
import { mayChange } from '../audit/roles.ts'
import {
  contentFilters,
  contentSource,
  placeColumns,
} from '../subscriptions/content-list-fields.ts'
import type { C, Env } from '../web/env.ts'
import { wantsPart } from '../web/list.ts'
import { exported, listed } from '../web/listed.ts'
import { page } from '../web/respond.ts'
import {
  addressFirst,
  addressSorts,
  createdLast,
  mailOf,
  ownFields,
  toldDomain,
} from './mail-list-fields.ts'
import { mailingLists } from './schema.ts'

export type MailingListList = Awaited<ReturnType<typeof mailingListList>>

export const mailingListListRoutes = new Hono<Env>()

  .get('/mailing-lists', async (c) => {
    const data = await mailingListList(c)
    return page(c, wantsPart(c, data.list) ? 'mail/_lists' : 'mail/lists', data)
  })

  .get('/mailing-lists.csv', (c) => exported(c, 'mailing-lists', source))

const mailingListList = async (c: C) => ({
  ...(await listed(c, source)),
  mayAdd: mayChange(c.var.actor, 'mail'),
})

const { owner, posting, moderated } = mailingLists
const members = sql<number>`cardinality(${mailingLists.members})`

const source = contentSource({
  contents: () => mailOf(mailingLists),
  own: { ...ownFields(mailingLists), owner, posting, moderated, members },
  rules: {
    sorts: addressSorts(mailingLists),
    sort: 'address',
    id: mailingLists.id,
    filters: contentFilters,
  },
  columns: (c) => {
    const { t } = c.var
    return [
      addressFirst(c),
      {
        ...{ name: 'members', label: t('Members'), end: true },
        text: (row) => row.members,
        sum: { of: members, as: 'number' },
      },
      {
        ...{ name: 'posting', label: t('Posting') },
        text: ({ posting }) => (posting === 'members' ? t('Members only') : t('Everybody')),
      },
      { name: 'owner', label: t('Owner'), rare: true, text: (row) => row.owner },
      ...placeColumns(c),
      {
        ...{ name: 'status', label: t('Status') },
        text: ({ suspended }) => (suspended ? t('Suspended') : t('Active')),
      },
      createdLast(c),
    ]
  },
  told: toldDomain,
  count: ({ var: { t } }, { count, more }) =>
    more
      ? t('More than {count} mailing lists', { count })
      : t('{count} {count|mailing list|mailing lists}', { count }),
})
