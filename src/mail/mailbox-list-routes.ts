import { Hono } from 'hono'
import { mayChange } from '../audit/roles.ts'
import type { C, Env } from '../web/env.ts'
import { wantsPart } from '../web/list.ts'
import { exported, listed } from '../web/listed.ts'
import { page } from '../web/respond.ts'
import { doesOf, mailboxSource } from './mailbox-source-fields.ts'

export type MailboxList = Awaited<ReturnType<typeof mailboxList>>

export const mailboxListRoutes = new Hono<Env>()

  .get('/mailboxes', async (c) => {
    const data = await mailboxList(c)
    return page(c, wantsPart(c, data.list) ? 'mail/_mailboxes' : 'mail/mailboxes', data)
  })

  .get('/mailboxes.csv', (c) => exported(c, 'mailboxes', mailboxSource))

async function mailboxList(c: C) {
  const { list, ...rest } = await listed(c, mailboxSource)
  const { actor, t } = c.var
  const rows = list.rows.map((row) => ({ ...row, does: doesOf(t, row) }))
  return { ...rest, list: { ...list, rows }, mayAdd: mayChange(actor, 'mail') }
}
