import { Hono } from 'hono'
import { z } from 'zod'
import { findAccount } from '../accounts/access.ts'
import type { Account } from '../accounts/schema.ts'
import { Invalid } from '../errors.ts'
import { systemSettings } from '../settings/reading.ts'
import type { C, Env } from '../web/env.ts'
import { optionalLine } from '../web/fields.ts'
import { attempt, changed, type FailedForm, invalid, page } from '../web/respond.ts'
import { startSession, visitorOf } from '../web/visitor.ts'
import { enterAccount, requireEntry } from './impersonation.ts'

const one = '/customers/:id{[1-9][0-9]{0,14}}/impersonation'

const reasonForm = z.strictObject({ reason: optionalLine(500).default('') })

export interface ImpersonationPage {
  account: Account
  reasonRequired: boolean
  form: FailedForm | undefined
}

export const impersonationRoutes = new Hono<Env>()

  .get(one, async (c) => page(c, 'auth/impersonation', await impersonationPage(c)))

  // M-34
  .post(one, async (c) => {
    const { db, actor, session } = c.var
    const accountId = Number(c.req.param('id'))
    const { askImpersonationReason: reasonRequired } = await systemSettings(db)
    // Who pressed a button has not been asked yet, and has done nothing wrong.
    if (reasonRequired && !c.var.form.has('reason')) return changed(c, c.req.path)
    const form = await attempt(c, reasonForm, ({ reason }) => {
      if (reasonRequired && reason === '') throw new Invalid('reason', 'Required')
      const entry = { accountId, reason, visitor: visitorOf(c) }
      return enterAccount(db, actor, session!.cookie, entry)
    })

    if (form.ok) {
      startSession(c, form.result)
      return changed(c, '/')
    } else {
      const whole = await impersonationPage(c, form)
      return invalid(c, 'auth/impersonation', 'auth/impersonation', whole)
    }
  })

async function impersonationPage(c: C, form?: FailedForm): Promise<ImpersonationPage> {
  const { db, actor } = c.var
  const account = await findAccount(db, actor, Number(c.req.param('id')))
  requireEntry(actor, account)
  const { askImpersonationReason } = await systemSettings(db)
  return { account, reasonRequired: askImpersonationReason, form }
}
