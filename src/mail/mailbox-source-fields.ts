import { sql } from 'drizzle-orm'
import {
  contentFilters,
  contentSource,
  placeColumns,
} from '../subscriptions/content-list-fields.ts'
import type { Translate } from '../web/i18n.ts'
import {
  addressFirst,
  addressSorts,
  createdLast,
  mailOf,
  ownFields,
  toldDomain,
} from './mail-list-fields.ts'
import { mailboxes } from './schema.ts'

const { quota, bytes, enabled, catchAll, forwardTo, reply } = mailboxes

export const mailboxSource = contentSource({
  contents: () => mailOf(mailboxes),
  own: { ...ownFields(mailboxes), quota, bytes, enabled, catchAll, forwardTo, reply },
  rules: {
    sorts: { ...addressSorts(mailboxes), quota },
    sort: 'address',
    id: mailboxes.id,
    filters: contentFilters,
  },
  columns: (c) => {
    const { t } = c.var
    return [
      addressFirst(c),
      {
        ...{ name: 'used', label: t('Used'), end: true },
        text: (row) => row.bytes,
        sum: { of: sql`${bytes}`, as: 'bytes' },
      },
      {
        ...{ name: 'quota', label: t('Mailbox size'), sort: 'quota', end: true },
        text: (row) => row.quota,
        sum: { of: sql`${quota}`, as: 'bytes' },
      },
      { name: 'does', label: t('Does'), text: (row) => doesOf(t, row) },
      ...placeColumns(c, null),
      { name: 'status', label: t('Status'), text: (row) => stateOf(t, row) },
      createdLast(c),
    ]
  },
  told: toldDomain,
  count: ({ var: { t } }, { count, more }) =>
    more
      ? t('More than {count} mailboxes', { count })
      : t('{count} {count|mailbox|mailboxes}', { count }),
})

export const doesOf = (
  t: Translate,
  row: { forwardTo: readonly string[]; catchAll: boolean; reply: boolean },
): string =>
  [
    row.forwardTo.length > 0 && t('Forwards'),
    row.catchAll && t('Catch-all'),
    row.reply && t('Replies'),
  ]
    .filter((word) => word !== false)
    .join(', ')

const stateOf = (t: Translate, row: { suspended: boolean; enabled: boolean }): string =>
  row.suspended ? t('Suspended') : row.enabled ? t('Active') : t('Off')
