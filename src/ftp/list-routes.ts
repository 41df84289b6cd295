import { sql } from 'drizzle-orm'
import { Hono } from 'hono'
import { mayChange } from '../audit/roles.ts'
import {
  contentFilters,
  contentSorts,
  contentSource,
  placeColumns,
} from '../subscriptions/content-list-fields.ts'
import type { C, Env } from '../web/env.ts'
import { wantsPart } from '../web/list.ts'
import { exported, listed } from '../web/listed.ts'
import { page } from '../web/respond.ts'
import { ftpLogins } from './schema.ts'

export type FtpLoginList = Awaited<ReturnType<typeof ftpLoginList>>

export const ftpLoginListRoutes = new Hono<Env>()

  .get('/ftp-logins', async (c) => {
    const data = await ftpLoginList(c)
    return page(c, wantsPart(c, data.list) ? 'ftp/_table' : 'ftp/list', data)
  })

  .get('/ftp-logins.csv', (c) => exported(c, 'ftp-logins', source))

const ftpLoginList = async (c: C) => ({
  ...(await listed(c, source)),
  mayAdd: mayChange(c.var.actor, 'hosting'),
})

/** As it lies on the host. */
export const homeFolder = ({ systemUser, folder }: { systemUser: string; folder: string }) =>
  folder === '' ? `/home/${systemUser}` : `/home/${systemUser}/${folder}`

const { id, name, folder, createdAt } = ftpLogins

const source = contentSource({
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
