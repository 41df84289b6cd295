import { sql } from 'drizzle-orm'
import {
  contentFilters,
  contentSorts,
  contentSource,
  placeColumns,
} from '../subscriptions/content-list-fields.ts'
import { databases, databaseUsers } from './schema.ts'

const { id, name, bytes, createdAt } = databases

const users = sql<number>`(select count(*)::integer from ${databaseUsers} where ${databaseUsers.databaseId} = ${id})`

export const databaseSource = contentSource({
  contents: () => ({ table: databases, words: sql`${name}` }),
  own: { id, name, bytes, createdAt, users },
  rules: {
    sorts: {
      name,
      ...contentSorts,
      bytes: { by: sql`coalesce(${bytes}, 0)`, type: 'bigint' },
      created: createdAt,
    },
    sort: 'name',
    id,
    filters: contentFilters,
  },
  columns: (c) => {
    const { t } = c.var
    return [
      { name: 'name', label: t('Name'), sort: 'name', always: true, text: (row) => row.name },
      ...placeColumns(c),
      {
        ...{ name: 'users', label: t('Users'), end: true },
        text: (row) => row.users,
        sum: { of: users, as: 'number' },
      },
      {
        ...{ name: 'bytes', label: t('Size'), sort: 'bytes', end: true },
        text: (row) => row.bytes,
        sum: { of: sql`${bytes}`, as: 'bytes' },
      },
      {
        ...{ name: 'created', label: t('Created'), sort: 'created', rare: true },
        text: (row) => row.createdAt,
      },
    ]
  },
  count: ({ var: { t } }, { count, more }) =>
    more
      ? t('More than {count} databases', { count })
      : t('{count} {count|database|databases}', { count }),
})
