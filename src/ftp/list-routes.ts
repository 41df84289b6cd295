import { Hono } from 'hono'
import { mayChange } from '../audit/roles.ts'
import type { C, Env } from '../web/env.ts'
import { wantsPart } from '../web/list.ts'
import { exported, listed } from '../web/listed.ts'
import { page } from '../web/respond.ts'
import { ftpLoginSource } from './source-fields.ts'

export type FtpLoginList = Awaited<ReturnType<typeof ftpLoginList>>

export const ftpLoginListRoutes = new Hono<Env>()

  .get('/ftp-logins', async (c) => {
    const data = await ftpLoginList(c)
    return page(c, wantsPart(c, data.list) ? 'ftp/_table' : 'ftp/list', data)
  })

  .get('/ftp-logins.csv', (c) => exported(c, 'ftp-logins', ftpLoginSource))

const ftpLoginList = async (c: C) => ({
  ...(await listed(c, ftpLoginSource)),
  mayAdd: mayChange(c.var.actor, 'hosting'),
})
