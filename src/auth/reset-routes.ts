import { Hono } from 'hono'
import { z } from 'zod'
import { ready } from '../messages/ready.ts'
import { alsoForHosting, hasSubscriptions } from '../subscriptions/own-passwords.ts'
import type { C, Env } from '../web/env.ts'
import { checkbox, newPassword, optionalLine } from '../web/fields.ts'
import { panelAddress } from '../web/panel-address.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { visitorOf } from '../web/visitor.ts'
import { askForLink } from './forgotten.ts'
import { passwordLinkOf } from './password-links.ts'
import { minimumLength } from './password-policy.ts'
import { resetPassword } from './reset.ts'

export interface ForgottenPage {
  /** false: this panel can send no mail yet */
  ready: boolean
  form: FailedForm | undefined
}

export interface ResetPage {
  token: string
  /** null: the link is no good any more */
  loginName: string | null
  /** it has FTP and SSH of its own */
  hosting: boolean
  minimum: number
  form: FailedForm | undefined
}

/** P-7, R-6: either is enough. */
const forgottenForm = z
  .strictObject({ login: optionalLine(254).default(''), email: optionalLine(254).default('') })
  .refine(({ login, email }) => login + email !== '', {
    path: ['login'],
    error: 'Give your user name or your e-mail address.',
  })

const resetForm = z
  .strictObject({ password: newPassword(), repeat: z.string(), also: checkbox() })
  .refine(({ password, repeat }) => password === repeat, {
    path: ['repeat'],
    error: 'The two new passwords differ.',
  })

/** Open to everybody. */
export const resetRoutes = new Hono<Env>()

  .get('/password/forgot', async (c) => page(c, 'auth/forgotten', await forgottenPage(c)))

  // F-100: the same answer for everybody.
  .post('/password/forgot', async (c) => {
    const panel = await panelAddress(c)
    const form = await attempt(c, forgottenForm, async ({ login, email }) => {
      const wish = { login: login.toLowerCase(), email, panel: panel ?? '' }
      if (panel) await askForLink(c.var.db, wish, c.var.address)
    })
    const data = await forgottenPage(c, form.ok ? undefined : form)
    if (!form.ok || !data.ready) return invalid(c, 'auth/forgotten', 'auth/forgotten', data)
    tell(c, 'If there is such an account, mail with a link is on its way to its e-mail address.')
    return changed(c, '/login')
  })

  // F-102: looking does not use it up.
  .get('/password/reset/:token', async (c) => {
    const data = await resetPage(c)
    return page(c, 'auth/reset', data, data.loginName === null ? 404 : 200)
  })

  .post('/password/reset/:token', async (c) => {
    const { db } = c.var
    const form = await attempt(c, resetForm, ({ password, also }) =>
      resetPassword(
        db,
        c.req.param('token'),
        password,
        visitorOf(c),
        also ? alsoForHosting(password) : undefined,
      ),
    )
    if (!form.ok) return invalid(c, 'auth/reset', 'auth/reset', await resetPage(c, form))
    tell(c, 'Your new password is set. Log in with it.')
    return changed(c, '/login')
  })

async function forgottenPage(c: C, form?: FailedForm): Promise<ForgottenPage> {
  const [mail, panel] = await Promise.all([ready(c.var.db), panelAddress(c)])
  return { ready: mail && panel !== null, form }
}

async function resetPage(c: C, form?: FailedForm): Promise<ResetPage> {
  const { db } = c.var
  const token = c.req.param('token') ?? ''
  const [owner, minimum] = await Promise.all([passwordLinkOf(db, token), minimumLength(db)])
  const hosting =
    owner?.login.role === 'owner' ? await hasSubscriptions(db, owner.account.id) : false
  return { token, loginName: owner?.login.name ?? null, hosting, minimum, form }
}
