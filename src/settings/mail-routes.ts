import { Hono } from 'hono'
import { findAccount } from '../accounts/access.ts'
import { Invalid } from '../errors.ts'
import { deliveryOf, queueMail } from '../messages/queue.ts'
import { passwordContext } from '../messages/smtp-password.ts'
import { seal } from '../secrets/seal.ts'
import type { C, Env } from '../web/env.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { adminsOnly } from '../web/signed-in.ts'
import type { Smtp, SystemSettings } from './catalogue.ts'
import { changeSystem } from './change.ts'
import { common, type Settings, saved, unlessStale } from './page-fields.ts'
import { systemSettings } from './reading.ts'
import { mailForm } from './settings-fields.ts'

type MailSettings = Pick<SystemSettings, 'sender' | 'smtp' | 'mailsPerMinute'>

export interface MailPage extends Settings {
  values: Omit<MailSettings, 'smtp'> & { smtp: Omit<Smtp, 'password'> | null }
  /** there is one, and nobody is shown it */
  hasPassword: boolean
  /** where a test mail goes; empty: nobody told the panel yet */
  ownAddress: string
  ownContact: string
}

export const mailSettingsRoutes = new Hono<Env>()

  .use('/settings/mail', adminsOnly)

  .get('/settings/mail', async (c) => page(c, 'settings/mail', await mailPage(c)))

  .post('/settings/mail', async (c) => {
    const { db, actor } = c.var
    let late: MailSettings | undefined
    const before = await mailSettings(c)
    const form = await attempt(c, mailForm, ({ seen, test, ...typed }) => {
      const wish = wished(c, typed, before.smtp)
      return db
        .transaction(async (tx) => {
          await changeSystem(tx, actor, wish, seen)
          return test ? testMail(c, tx) : null
        })
        .catch(
          unlessStale(() => {
            late = wish
          }),
        )
    })
    if (!form.ok) {
      const data = await mailPage(c, form, late)
      return late
        ? page(c, 'settings/mail', data, 409)
        : invalid(c, 'settings/mail', 'settings/mail', data)
    }
    if (form.result === null) return saved(c, '/settings/mail')
    await c.var.jobs.finished(await deliveryOf(c.var.db, form.result), patience)
    tell(c, 'The settings were saved. Here is what became of the test mail.')
    return changed(c, `/outbox/${form.result}`)
  })

/** Milliseconds: most servers have answered by then, and the page shows what they said. */
const patience = 3000

type Typed = Omit<Smtp, 'password'> & { password: string; sender: string; mailsPerMinute: number }

/** A password is for one user on one server: nobody may send it to another by changing these. */
function wished(
  c: C,
  { host, port, security, authority, user, password, ...rest }: Typed,
  before: Smtp | null,
): MailSettings {
  const server = { host, port, security, authority, user }
  if (user === '') return { ...rest, smtp: { ...server, password: '' } }
  if (password !== '') {
    const sealed = seal(c.var.sealingKey, password, passwordContext).toString('base64')
    return { ...rest, smtp: { ...server, password: sealed } }
  }
  if (before?.password && (before.host !== host || before.user !== user || before.port !== port)) {
    throw new Invalid('password', 'Give the password again: it was for another server or user.')
  }
  if (!before?.password) throw new Invalid('password', 'Required')
  return { ...rest, smtp: { ...server, password: before.password } }
}

async function testMail(c: C, tx: Parameters<typeof queueMail>[0]): Promise<number> {
  const { actor } = c.var
  const { name, email, language } = await findAccount(tx, actor, actor.accountId)
  if (email === '') throw new Invalid('test', 'Your account has no e-mail address yet.')
  return queueMail(tx, actor, {
    to: { address: email, name, language },
    accountId: actor.accountId,
    providerId: actor.accountId,
    template: 'test',
    words: {},
  })
}

async function mailSettings(c: C): Promise<MailSettings> {
  const { sender, smtp, mailsPerMinute } = await systemSettings(c.var.db)
  return { sender, smtp, mailsPerMinute }
}

async function mailPage(c: C, form?: FailedForm, late?: MailSettings): Promise<MailPage> {
  const { db, actor } = c.var
  const values = await mailSettings(c)
  const { email } = await findAccount(db, actor, actor.accountId)
  const { password = '', ...server } = values.smtp ?? {}
  return {
    ...common(c, values, form, late),
    values: { ...values, smtp: values.smtp && (server as Omit<Smtp, 'password'>) },
    hasPassword: password !== '',
    ownAddress: email,
    ownContact: `/customers/${actor.accountId}/contact`,
  }
}
