import { sql } from 'drizzle-orm'
import {
  contentFilters,
  contentSource,
  placeColumns,
} from '../subscriptions/content-list-fields.ts'
import {
  addressFirst,
  addressSorts,
  createdLast,
  mailOf,
  ownFields,
  toldDomain,
} from './mail-list-fields.ts'
import { mailingLists } from './schema.ts'

const { owner, posting, moderated } = mailingLists
const members = sql<number>`cardinality(${mailingLists.members})`

export const mailingListSource = contentSource({
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
