import { Hono } from 'hono'
import { minimumLength } from '../auth/password-policy.ts'
import { takeToShow } from '../auth/shown-once.ts'
import { Stale } from '../errors.ts'
import type { C, Env } from '../web/env.ts'
import { isLook } from '../web/look.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import {
  addressOf,
  findMailbox,
  mayChangeMail,
  mayExceedPlan,
  type OwnedMailbox,
} from './access.ts'
import { aliasesOf } from './aliases.ts'
import { changeMailbox } from './change.ts'
import { shownOnce } from './credentials.ts'
import { mailboxForm, mostQuota, passwordForm, removalForm } from './mailbox-fields.ts'
import { changeMailboxPassword } from './password.ts'
import { type Programs, programsFor } from './programs.ts'
import { removeMailbox } from './removal.ts'
import { type Switches, switchesOf } from './switch-fields.ts'
import { requireMayChange } from './target-fields.ts'

const one = '/mailboxes/:id{[1-9][0-9]{0,14}}'

export interface OneMailbox extends OwnedMailbox {
  address: string
  mayChange: boolean
  form: FailedForm | undefined
}

export interface MailboxPage extends OneMailbox {
  programs: Programs
  aliases: string[]
  most: number | null
  switches: Switches
}

export interface MailboxPasswordPage extends OneMailbox {
  minimum: number
}

export interface MailboxCredentialsPage extends OneMailbox {
  programs: Programs
  password: string | null
}

export const mailboxRoutes = new Hono<Env>()

  .get(one, async (c) => page(c, 'mail/mailbox', await mailboxPage(c)))

  .post(one, async (c) => {
    const { db, actor, jobs } = c.var
    const { mailbox } = await toChange(c)
    try {
      const form = await attempt(c, mailboxForm, (edit) =>
        changeMailbox(db, actor, mailbox.id, edit),
      )
      if (!form.ok) {
        return invalid(c, 'mail/mailbox', 'mail/mailbox', await mailboxPage(c, form))
      }
      if (form.result !== null) await jobs.finished(form.result, 1000)
      tell(c, form.result === null ? 'Nothing was changed.' : 'Saved.')
      return changed(c, `/mailboxes/${mailbox.id}`)
    } catch (refusal) {
      if (!(refusal instanceof Stale)) throw refusal
      // F-73
      const errors = { '': [c.var.t(refusal.message)] }
      const typed = Object.fromEntries(c.var.form)
      const form = { ok: false as const, values: typed, errors }
      return page(c, 'mail/mailbox', await mailboxPage(c, form), 409)
    }
  })

  .get(`${one}/password`, async (c) => page(c, 'mail/password', await passwordPage(c)))

  .post(`${one}/password`, async (c) => {
    const { db, actor, sealingKey, jobs } = c.var
    const { mailbox } = await toChange(c)
    const form = await attempt(c, passwordForm, ({ generatePassword, password }) =>
      changeMailboxPassword(db, sealingKey, actor, mailbox.id, generatePassword ? null : password),
    )
    if (!form.ok) return invalid(c, 'mail/password', 'mail/password', await passwordPage(c, form))
    await jobs.finished(form.result, 1000)
    tell(c, 'Password changed')
    const { generatePassword } = form.values
    return changed(c, `/mailboxes/${mailbox.id}${generatePassword ? '/credentials' : ''}`)
  })

  // S-70
  .get(`${one}/credentials`, async (c) => {
    const { db, actor, sealingKey } = c.var
    const shown = await toChange(c)
    const password = isLook(c)
      ? await takeToShow(db, sealingKey, actor, shownOnce(shown.mailbox.id))
      : undefined
    const programs = await programsFor(db, shown)
    return page(c, 'mail/credentials', { ...shown, programs, password: password ?? null })
  })

  .get(`${one}/removal`, async (c) => page(c, 'mail/removal', await toChange(c)))

  .post(`${one}/removal`, async (c) => {
    const { db, actor, jobs } = c.var
    const { mailbox, address } = await toChange(c)
    const form = await attempt(c, removalForm, () => removeMailbox(db, actor, mailbox.id))
    if (!form.ok) return invalid(c, 'mail/removal', 'mail/removal', await toChange(c, form))
    await jobs.finished(form.result, 1000)
    tell(c, '{name} removed.', { name: address })
    return changed(c, '/mailboxes')
  })

async function shownMailbox(c: C, form?: FailedForm): Promise<OneMailbox> {
  const { db, actor } = c.var
  const owned = await findMailbox(db, actor, Number(c.req.param('id')))
  return {
    ...owned,
    address: addressOf(owned.mailbox),
    mayChange: mayChangeMail(actor, owned),
    form,
  }
}

async function toChange(c: C, form?: FailedForm): Promise<OneMailbox> {
  const shown = await shownMailbox(c, form)
  requireMayChange(shown.mayChange)
  return shown
}

async function mailboxPage(c: C, form?: FailedForm): Promise<MailboxPage> {
  const shown = await shownMailbox(c, form)
  const { values } = shown.subscription
  return {
    ...shown,
    programs: await programsFor(c.var.db, shown),
    aliases: await aliasesOf(c.var.db, shown.mailbox.id),
    most: mostQuota(values),
    switches: switchesOf(c.var.t, values, mayExceedPlan(c.var.actor, shown), shown.mailbox),
  }
}

async function passwordPage(c: C, form?: FailedForm): Promise<MailboxPasswordPage> {
  return { ...(await toChange(c, form)), minimum: await minimumLength(c.var.db) }
}
