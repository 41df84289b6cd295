import { Hono } from 'hono'
import { z } from 'zod'
import { maySeeSecrets } from '../audit/roles.ts'
import { sendResetLink } from '../auth/sent-link.ts'
import { Forbidden } from '../errors.ts'
import { resetAndMailPassword } from '../subscriptions/password-mailing.ts'
import type { C, Env } from '../web/env.ts'
import { checkbox, oneOf } from '../web/fields.ts'
import { requirePanelAddress } from '../web/panel-address.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { findAccount, mayManage } from './access.ts'
import type { Account } from './schema.ts'

const one = '/customers/:id{[1-9][0-9]{0,14}}/password'

const passwordForm = z.strictObject({ way: oneOf(['link', 'password']), also: checkbox() })

export interface PasswordMailPage {
  account: Account
  form: FailedForm | undefined
}

export const accountPasswordRoutes = new Hono<Env>()

  .get(one, async (c) => page(c, 'accounts/password', await passwordMailPage(c)))

  // a link, or a password by mail
  .post(one, async (c) => {
    const { db, actor, sealingKey } = c.var
    const id = Number(c.req.param('id'))
    const panel = await requirePanelAddress(c)
    const form = await attempt(c, passwordForm, ({ way, also }) =>
      way === 'link'
        ? sendResetLink(db, actor, { sealingKey, panel }, id)
        : resetAndMailPassword(db, sealingKey, actor, id, also),
    )
    if (!form.ok) {
      const whole = await passwordMailPage(c, form)
      return invalid(c, 'accounts/password', 'accounts/password', whole)
    }
    if (form.values.way === 'link') tell(c, 'A link to choose a new password is on its way.')
    else tell(c, 'The password was reset and is on its way by mail.')
    return changed(c, `/customers/${id}`)
  })

async function passwordMailPage(c: C, form?: FailedForm): Promise<PasswordMailPage> {
  const { db, actor } = c.var
  const account = await findAccount(db, actor, Number(c.req.param('id')))
  if (!mayManage(actor, account) || !maySeeSecrets(actor)) {
    throw new Forbidden('Only the provider can change this.')
  }
  return { account, form }
}
