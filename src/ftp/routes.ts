import { Hono } from 'hono'
import { z } from 'zod'
import { minimumLength } from '../auth/password-policy.ts'
import { takeToShow } from '../auth/shown-once.ts'
import { serverOf } from '../hosts/server.ts'
import { mayChangeContents } from '../subscriptions/access.ts'
import type { C, Env } from '../web/env.ts'
import { optionalLine, wholeNumber } from '../web/fields.ts'
import { isLook } from '../web/look.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { findFtpLogin, type OwnedFtpLogin } from './access.ts'
import { changeFolder, changeFtpPassword } from './change.ts'
import { passwordField } from './ftp-fields.ts'
import { shownOnce } from './login-password.ts'

const one = '/ftp-logins/:id{[1-9][0-9]{0,14}}'

const folderForm = z.strictObject({ version: wholeNumber({ min: 1 }), folder: optionalLine(400) })
const passwordForm = z.strictObject({ password: passwordField() })

export interface FtpLoginPage extends OwnedFtpLogin {
  server: string
  mayChange: boolean
  /** of a password, in characters */
  minimum: number
  form: FailedForm | undefined
}

export interface FtpCredentialsPage extends OwnedFtpLogin {
  server: string
  /** null: it was shown already, or is not for this login */
  password: string | null
}

export const ftpLoginRoutes = new Hono<Env>()

  .get(one, async (c) => page(c, 'ftp/show', await loginPage(c)))

  .post(one, async (c) => {
    const { db, actor } = c.var
    const form = await attempt(c, folderForm, (wish) => changeFolder(db, actor, idOf(c), wish))
    if (!form.ok) return invalid(c, 'ftp/show', 'ftp/show', await loginPage(c, form))
    if (form.result !== null) await c.var.jobs.finished(form.result, 1000)
    tell(c, 'Saved.')
    return changed(c, `/ftp-logins/${idOf(c)}`)
  })

  .get(`${one}/password`, async (c) => page(c, 'ftp/password', await loginPage(c)))

  .post(`${one}/password`, async (c) => {
    const { db, actor, sealingKey } = c.var
    const form = await attempt(c, passwordForm, ({ password }) =>
      changeFtpPassword(db, sealingKey, actor, idOf(c), password),
    )
    if (!form.ok) return invalid(c, 'ftp/password', 'ftp/password', await loginPage(c, form))
    const { generated, jobId } = form.result
    await c.var.jobs.finished(jobId, 1000)
    tell(c, 'Password changed')
    const url = `/ftp-logins/${idOf(c)}`
    return changed(c, generated ? `${url}/credentials` : url)
  })

  .get(`${one}/credentials`, async (c) => {
    const { db, actor, sealingKey } = c.var
    const owned = await findFtpLogin(db, actor, idOf(c))
    const password = isLook(c)
      ? await takeToShow(db, sealingKey, actor, shownOnce(owned.login.id))
      : undefined
    return page(c, 'ftp/credentials', {
      ...owned,
      server: await serverOf(db, owned.subscription),
      password: password ?? null,
    } satisfies FtpCredentialsPage)
  })

const idOf = (c: C) => Number(c.req.param('id'))

async function loginPage(c: C, form?: FailedForm): Promise<FtpLoginPage> {
  const { db, actor } = c.var
  const owned = await findFtpLogin(db, actor, idOf(c))
  const mayChange = !owned.subscription.removing && mayChangeContents(actor, owned)
  const server = await serverOf(db, owned.subscription)
  return { ...owned, server, mayChange, minimum: await minimumLength(db), form }
}
