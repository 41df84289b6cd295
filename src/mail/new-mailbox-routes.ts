import { Hono } from 'hono'
import { minimumLength } from '../auth/password-policy.ts'
import type { TargetChoice } from '../domains/target-fields.ts'
import { shownDomain } from '../names/domain.ts'
import type { Values } from '../plans/catalogue.ts'
import { GB, MB, unlimited } from '../plans/property.ts'
import { findSubscription } from '../subscriptions/access.ts'
import type { Subscription } from '../subscriptions/schema.ts'
import type { C, Env } from '../web/env.ts'
import type { Option } from '../web/form-fields.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { addressOf, mayChangeMail, mayExceedPlan } from './access.ts'
import { mailDomains } from './claim.ts'
import { createMailbox } from './creation.ts'
import { mostQuota, newMailboxForm } from './mailbox-fields.ts'
import { type Switches, switchesOf } from './switch-fields.ts'
import { requireMayChange, targetOr } from './target-fields.ts'

const one = '/subscriptions/:id{[1-9][0-9]{0,14}}/mailboxes/new'

export interface NewMailboxPage {
  subscription: Subscription
  name: string
  domains: Option[]
  /** MB */
  quota: number
  most: number | null
  minimum: number
  switches: Switches
  form: FailedForm | undefined
}

export interface TargetPage {
  choice: TargetChoice
  what: 'mailboxes' | 'mailing-lists'
}

export const newMailboxRoutes = new Hono<Env>()

  .get('/mailboxes/new', (c) => targetOr(c, 'mailboxes', 'mail/new'))

  .get(one, async (c) => page(c, 'mail/new-mailbox', await newPage(c)))

  // S-13
  .post(one, async (c) => {
    const { db, actor, sealingKey, jobs } = c.var
    const { subscription } = await newPage(c)
    const form = await attempt(c, newMailboxForm, (wish) =>
      createMailbox(db, sealingKey, actor, subscription.id, wish),
    )
    if (!form.ok) {
      return invalid(c, 'mail/new-mailbox', 'mail/new-mailbox', await newPage(c, form))
    }
    const { mailbox, jobId, generated } = form.result
    await jobs.finished(jobId, 1000)
    tell(c, 'Mailbox {address} created.', { address: addressOf(mailbox) })
    return changed(
      c,
      generated ? `/mailboxes/${mailbox.id}/credentials` : `/mailboxes/${mailbox.id}`,
    )
  })

async function newPage(c: C, form?: FailedForm): Promise<NewMailboxPage> {
  const { db, actor } = c.var
  const owned = await findSubscription(db, actor, Number(c.req.param('id')))
  const { subscription } = owned
  requireMayChange(mayChangeMail(actor, owned))
  const domains = await mailDomains(db, subscription.id)
  return {
    subscription,
    name: shownDomain(subscription.domain),
    domains: domains.map((value) => ({ value, label: `@${shownDomain(value)}` })),
    quota: usualQuota(subscription.values) / MB,
    most: mostQuota(subscription.values),
    minimum: await minimumLength(db),
    switches: switchesOf(c.var.t, subscription.values, mayExceedPlan(actor, owned)),
    form,
  }
}

const usualQuota = ({ mailboxSize }: Values): number =>
  mailboxSize === unlimited ? GB : Math.min(mailboxSize, GB)
