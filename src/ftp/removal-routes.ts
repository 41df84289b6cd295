import { Hono } from 'hono'
import { z } from 'zod'
import type { C, Env } from '../web/env.ts'
import { checkbox } from '../web/fields.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { findFtpLogin, type OwnedFtpLogin } from './access.ts'
import { removeFtpLogin } from './removal.ts'

const one = '/ftp-logins/:id{[1-9][0-9]{0,14}}/removal'

const removalForm = z.strictObject({
  yes: checkbox().refine((checked) => checked, 'Check this box to remove it.'),
})

export interface FtpLoginRemovalPage extends OwnedFtpLogin {
  form: FailedForm | undefined
}

export const ftpLoginRemovalRoutes = new Hono<Env>()

  .get(one, async (c) => page(c, 'ftp/removal', await removalPage(c)))

  .post(one, async (c) => {
    const { db, actor } = c.var
    const { login } = await removalPage(c)
    const form = await attempt(c, removalForm, () => removeFtpLogin(db, actor, login.id))
    if (!form.ok) return invalid(c, 'ftp/removal', 'ftp/removal', await removalPage(c, form))
    await c.var.jobs.finished(form.result, 1000)
    tell(c, '{name} removed.', { name: login.name })
    return changed(c, '/ftp-logins')
  })

async function removalPage(c: C, form?: FailedForm): Promise<FtpLoginRemovalPage> {
  const { db, actor } = c.var
  const owned = await findFtpLogin(db, actor, Number(c.req.param('id')))
  return { ...owned, form }
}
