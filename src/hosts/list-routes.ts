import { Hono } from 'hono'
import type { C, Env } from '../web/env.ts'
import { wantsPart } from '../web/list.ts'
import { exported, listed } from '../web/listed.ts'
import { page } from '../web/respond.ts'
import { adminsOnly } from '../web/signed-in.ts'
import { mayChangeHosts } from './access.ts'
import { hostSource } from './source-fields.ts'

export type HostList = Awaited<ReturnType<typeof hostList>>

export const hostListRoutes = new Hono<Env>()

  .get('/hosts', adminsOnly, async (c) => {
    const data = await hostList(c)
    return page(c, wantsPart(c, data.list) ? 'hosts/_table' : 'hosts/list', data)
  })

  .get('/hosts.csv', adminsOnly, (c) => exported(c, 'hosts', hostSource))

const hostList = async (c: C) => ({
  ...(await listed(c, hostSource)),
  mayChange: mayChangeHosts(c.var.actor),
})
