import { Hono } from 'hono'
import { z } from 'zod'
import { minimumLength } from '../auth/password-policy.ts'
import {
  namedTarget,
  onlyTarget,
  type TargetChoice,
  targetChoice,
} from '../domains/target-fields.ts'
import { Forbidden } from '../errors.ts'
import { findSubscription, mayChangeContents } from '../subscriptions/access.ts'
import type { Subscription } from '../subscriptions/schema.ts'
import type { C, Env } from '../web/env.ts'
import { line, optionalLine, reference } from '../web/fields.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { createFtpLogin } from './creation.ts'
import { passwordField } from './ftp-fields.ts'

const newForm = z.strictObject({
  subscription: reference(),
  name: line(70),
  password: passwordField(),
  folder: optionalLine(400),
})

export interface NewFtpLoginPage {
  /** given in the address, or the only one there is */
  subscription: Subscription | null
  /** to choose from otherwise */
  choice: TargetChoice | null
  /** of a password, in characters */
  minimum: number
  form: FailedForm | undefined
}

export const newFtpLoginRoutes = new Hono<Env>()

  .get('/ftp-logins/new', async (c) => page(c, 'ftp/new', await newPage(c)))

  .post('/ftp-logins/new', async (c) => {
    const { db, actor, sealingKey } = c.var
    const form = await attempt(c, newForm, ({ subscription, ...wish }) =>
      createFtpLogin(db, sealingKey, actor, subscription, wish),
    )
    if (!form.ok) return invalid(c, 'ftp/new', 'ftp/new', await newPage(c, form))
    const { id, generated, jobId } = form.result
    await c.var.jobs.finished(jobId, 1000)
    tell(c, 'The FTP login was created.')
    return changed(c, generated ? `/ftp-logins/${id}/credentials` : `/ftp-logins/${id}`)
  })

async function newPage(c: C, form?: FailedForm): Promise<NewFtpLoginPage> {
  const { db, actor } = c.var
  const named = namedTarget(c, form)
  const choice = named === null ? await targetChoice(c) : null
  const id = named ?? (choice && onlyTarget(choice))
  const owned = id ? await findSubscription(db, actor, id) : null
  if (owned && !mayChangeContents(actor, owned)) {
    throw new Forbidden('With this login you can look, but not change.')
  }
  const minimum = await minimumLength(db)
  return { subscription: owned?.subscription ?? null, choice, minimum, form }
}
