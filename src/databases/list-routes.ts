import { Hono } from 'hono'
import { mayChange } from '../audit/roles.ts'
import type { C, Env } from '../web/env.ts'
import { wantsPart } from '../web/list.ts'
import { exported, listed } from '../web/listed.ts'
import { page } from '../web/respond.ts'
import { databaseSource } from './source-fields.ts'

export type DatabaseList = Awaited<ReturnType<typeof databaseList>>

export const databaseListRoutes = new Hono<Env>()

  .get('/databases', async (c) => {
    const data = await databaseList(c)
    return page(c, wantsPart(c, data.list) ? 'databases/_table' : 'databases/list', data)
  })

  .get('/databases.csv', (c) => exported(c, 'databases', databaseSource))

const databaseList = async (c: C) => ({
  ...(await listed(c, databaseSource)),
  mayAdd: mayChange(c.var.actor, 'hosting'),
})
