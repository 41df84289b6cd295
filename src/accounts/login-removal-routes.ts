import { Hono } from 'hono'
import { z } from 'zod'
import { furtherLogin, type ListedLogin } from '../auth/account-logins.ts'
import { removeFurtherLogin } from '../auth/further-logins.ts'
import { type OwnSession, sessionsOf } from '../auth/own-sessions.ts'
import type { C, Env } from '../web/env.ts'
import { checkbox } from '../web/fields.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { roleLabels } from './role-fields.ts'
import type { Account } from './schema.ts'

const one = '/customers/:id{[1-9][0-9]{0,14}}/logins/:login{[1-9][0-9]{0,14}}/removal'

const removalForm = z.strictObject({
  yes: checkbox().refine((checked) => checked, 'Check this box to remove it.'),
})

export interface LoginRemovalPage {
  account: Account
  login: ListedLogin
  /** what it could do */
  role: (typeof roleLabels)[keyof typeof roleLabels]
  /** that end with it */
  sessions: OwnSession[]
  form: FailedForm | undefined
}

export const loginRemovalRoutes = new Hono<Env>()

  .get(one, async (c) => page(c, 'accounts/login-removal', await removalPage(c)))

  //
  .post(one, async (c) => {
    const { db, actor } = c.var
    const data = await removalPage(c)
    const { account, login } = data
    const form = await attempt(c, removalForm, () =>
      removeFurtherLogin(db, actor, account.id, login.id),
    )
    if (!form.ok) {
      const view = 'accounts/login-removal'
      return invalid(c, view, view, { ...data, form } satisfies LoginRemovalPage)
    }
    tell(c, '{name} removed.', { name: login.name })
    return changed(c, `/customers/${account.id}/logins`)
  })

async function removalPage(c: C): Promise<LoginRemovalPage> {
  const { db, actor } = c.var
  const [accountId, loginId] = [Number(c.req.param('id')), Number(c.req.param('login'))]
  const { account, login } = await furtherLogin(db, actor, accountId, loginId)
  const sessions = await sessionsOf(db, login.id)
  return { account, login, role: roleLabels[login.role], sessions, form: undefined }
}
