import { Hono } from 'hono'
import { mayWrite } from '../accounts/access.ts'
import type { C, Env } from '../web/env.ts'
import { wantsPart } from '../web/list.ts'
import { exported, listed } from '../web/listed.ts'
import { page } from '../web/respond.ts'
import { domainSource } from './source-fields.ts'

export type DomainList = Awaited<ReturnType<typeof domainList>>

export const domainListRoutes = new Hono<Env>()

  .get('/domains', async (c) => {
    const data = await domainList(c)
    return page(c, wantsPart(c, data.list) ? 'domains/_table' : 'domains/list', data)
  })

  .get('/domains.csv', (c) => exported(c, 'domains', domainSource))

const domainList = async (c: C) => ({
  ...(await listed(c, domainSource)),
  mayAdd: mayWrite(c.var.actor),
})
