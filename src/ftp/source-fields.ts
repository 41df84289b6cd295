import { sql } from 'drizzle-orm'
import {
  contentFilters,
  contentSorts,
  contentSource,
  placeColumns,
} from '../subscriptions/content-list-fields.ts'
import { ftpLogins } from './schema.ts'

/** As it lies on the host. */
export const homeFolder = ({ systemUser, folder }: { systemUser: string; folder: string }) =>
  folder === '' ? `/home/${systemUser}` : `/home/${systemUser}/${folder}`

const { id, name, folder, createdAt } = ftpLogins

export const ftpLoginSource = contentSource({
  contents: () => ({ table: ftpLogins, words: sql`${name}` }),
  own: { id, name, folder, createdAt },
  rules: {
    sorts: { name, ...contentSorts, created: createdAt },
    sort: 'name',
    id,
    filters: contentFilters,
  },
  columns: (c) => {
    const { t } = c.var
    return [
      { name: 'name', label: t('Name'), sort: 'name', always: true, text: (row) => row.name },
      ...placeColumns(c),
      { name: 'folder', label: t('Folder'), text: homeFolder },
      {
        name: 'created',
        label: t('Created'),
        sort: 'created',
        rare: true,
        text: (row) => row.createdAt,
      },
    ]
  },
  count: ({ var: { t } }, { count, more }) =>
    more
      ? t('More than {count} FTP logins', { count })
      : t('{count} {count|FTP login|FTP logins}', { count }),
})
