import { Hono } from 'hono'
import { mayChange } from '../audit/roles.ts'
import type { C, Env } from '../web/env.ts'
import { wantsPart } from '../web/list.ts'
import { exported, listed } from '../web/listed.ts'
import { page } from '../web/respond.ts'
import { mailingListSource } from './mailing-list-source-fields.ts'

export type MailingListList = Awaited<ReturnType<typeof mailingListList>>

export const mailingListListRoutes = new Hono<Env>()

  .get('/mailing-lists', async (c) => {
    const data = await mailingListList(c)
    return page(c, wantsPart(c, data.list) ? 'mail/_lists' : 'mail/lists', data)
  })

  .get('/mailing-lists.csv', (c) => exported(c, 'mailing-lists', mailingListSource))

const mailingListList = async (c: C) => ({
  ...(await listed(c, mailingListSource)),
  mayAdd: mayChange(c.var.actor, 'mail'),
})
