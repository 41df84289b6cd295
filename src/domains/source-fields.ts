import {
  contentFilters,
  contentSource,
  placeColumns,
} from '../subscriptions/content-list-fields.ts'
import { domains } from '../subscriptions/schema.ts'
import { oneOf } from '../web/fields.ts'
import {
  kindNames,
  kindOptions,
  lastColumns,
  nameSorts,
  ofKinds,
  ownFields,
  toldName,
} from './domain-list-fields.ts'
import { siteKinds } from './folder.ts'

export const domainSource = contentSource({
  contents: ({ kind }) => ofKinds(siteKinds, kind),
  own: ownFields,
  rules: {
    sorts: nameSorts,
    sort: 'name',
    id: domains.id,
    filters: { ...contentFilters, kind: oneOf(siteKinds) },
  },
  columns: (c) => {
    const { t } = c.var
    return [
      { name: 'name', label: t('Domain'), sort: 'name', always: true, text: (row) => row.name },
      { name: 'kind', label: t('Kind'), text: (row) => t(kindNames[row.kind]) },
      // S-43
      ...placeColumns(c, 'user'),
      ...lastColumns(c),
    ]
  },
  panel: (c) => [{ name: 'kind', label: c.var.t('Kind'), options: kindOptions(c, siteKinds) }],
  told: toldName,
  count: ({ var: { t } }, { count, more }) =>
    more
      ? t('More than {count} domains', { count })
      : t('{count} {count|domain|domains}', { count }),
})
