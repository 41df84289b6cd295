import { Hono } from 'hono'
import { z } from 'zod'
import { Forbidden } from '../errors.ts'
import { shownDomain } from '../names/domain.ts'
import { findSubscription } from '../subscriptions/access.ts'
import { provided } from '../subscriptions/provided.ts'
import type { Subscription } from '../subscriptions/schema.ts'
import type { C, Env } from '../web/env.ts'
import { oneOf } from '../web/fields.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { type MailSwitch, mailSwitches } from './schema.ts'
import {
  followsPlan,
  maySwitchMail,
  type SwitchKey,
  switchMail,
  switchOf,
} from './subscription-switch.ts'

const one = '/subscriptions/:id{[1-9][0-9]{0,14}}'
const switchForm = z.strictObject({ state: oneOf(mailSwitches) })

export interface SwitchPage {
  subscription: Subscription
  domain: string
  /** end of the address */
  noun: string
  title: string
  state: MailSwitch
  /** what the plan has; null: there is none to go back to */
  planned: boolean | null
  form: FailedForm | undefined
}

export const mailSwitchRoutes = new Hono<Env>()

  // S-53
  .get(`${one}/virus-scan`, async (c) => page(c, 'mail/switch', await switchPage(c, 'virusScan')))
  .post(`${one}/virus-scan`, (c) => change(c, 'virusScan'))

  // S-54
  .get(`${one}/imap`, async (c) => page(c, 'mail/switch', await switchPage(c, 'imap')))
  .post(`${one}/imap`, (c) => change(c, 'imap'))

async function change(c: C, key: SwitchKey) {
  const { db, actor, jobs } = c.var
  const { subscription } = await switchPage(c, key)
  const form = await attempt(c, switchForm, ({ state }) =>
    switchMail(db, actor, subscription.id, key, state),
  )
  if (!form.ok) {
    return invalid(c, 'mail/switch', 'mail/switch', await switchPage(c, key, form))
  }
  if (form.result !== null) await jobs.finished(form.result, 1000)
  tell(c, form.result === null ? 'Nothing was changed.' : 'Saved.')
  return changed(c, `/subscriptions/${subscription.id}`)
}

async function switchPage(c: C, key: SwitchKey, form?: FailedForm): Promise<SwitchPage> {
  const { db, actor, t } = c.var
  const owned = await findSubscription(db, actor, Number(c.req.param('id')))
  if (!maySwitchMail(actor, owned)) throw new Forbidden('Only the provider can change this.')
  const { subscription } = owned
  const given = followsPlan(subscription) ? await provided(db, subscription) : undefined
  return {
    subscription,
    domain: shownDomain(subscription.domain),
    noun: key === 'imap' ? 'imap' : 'virus-scan',
    title: key === 'imap' ? t('IMAP') : t('Virus scan'),
    state: await switchOf(db, subscription, key),
    planned: given ? given.values[key] === true : null,
    form,
  }
}
