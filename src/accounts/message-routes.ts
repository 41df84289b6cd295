import { Hono } from 'hono'
import { z } from 'zod'
import { Forbidden } from '../errors.ts'
import { ready } from '../messages/ready.ts'
import { systemSettings } from '../settings/reading.ts'
import type { C, Env } from '../web/env.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { assertStays, findAccount, mayManage } from './access.ts'
import { messageAccounts } from './message.ts'
import { messageFields } from './message-fields.ts'
import type { Account } from './schema.ts'
import { senderOf } from './sender.ts'

const one = '/customers/:id{[1-9][0-9]{0,14}}'
const messageForm = z.strictObject(messageFields)

export interface MessagePage {
  account: Account
  /** M-37: not to be changed (M-39) */
  from: string
  to: string
  /** false: it waits until an admin has named a mail server */
  ready: boolean
  form: FailedForm | undefined
}

export const messageRoutes = new Hono<Env>()

  // M-36, M-38
  .get(`${one}/message`, async (c) => page(c, 'accounts/message', await messagePage(c)))

  .post(`${one}/message`, async (c) => {
    const { db, actor } = c.var
    const { id } = await reader(c)
    const form = await attempt(c, messageForm, ({ subject, message }) =>
      db.transaction((tx) => messageAccounts(tx, actor, [id], { subject, html: message })),
    )
    if (!form.ok)
      return invalid(c, 'accounts/message', 'accounts/message', await messagePage(c, form))
    if (await ready(db)) tell(c, 'The message is on its way.')
    else tell(c, 'The message waits in the outbox until an admin has named a mail server.')
    return changed(c, `/customers/${id}`)
  })

async function messagePage(c: C, form?: FailedForm): Promise<MessagePage> {
  const { db, actor } = c.var
  const account = await reader(c)
  const [sender, system, isReady] = await Promise.all([
    senderOf(db, actor.accountId),
    systemSettings(db),
    ready(db),
  ])
  return {
    account,
    from: system.sender ? `${sender.name} <${system.sender}>` : sender.name,
    to: `${account.name} <${account.email}>`,
    ready: isReady,
    form,
  }
}

async function reader(c: C): Promise<Account> {
  const account = await findAccount(c.var.db, c.var.actor, Number(c.req.param('id')))
  if (!mayManage(c.var.actor, account)) throw new Forbidden('Only the provider can do this.')
  assertStays(account)
  return account
}
