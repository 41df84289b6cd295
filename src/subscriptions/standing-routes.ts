import { Hono } from 'hono'
import { z } from 'zod'
import type { Account } from '../accounts/schema.ts'
import { Forbidden } from '../errors.ts'
import { shownDomain } from '../names/domain.ts'
import type { C, Env } from '../web/env.ts'
import { checkbox } from '../web/fields.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { assertMayProvideFor, findSubscription } from './access.ts'
import { type Counted, counted, ofSubscription, used } from './contents.ts'
import { reasonsOfSubscription, type Standing } from './reasons.ts'
import { removeSubscription } from './removal.ts'
import type { Subscription } from './schema.ts'
import { said, standingForm } from './standing-fields.ts'
import { activateSubscription, maySwitch, suspendSubscription } from './suspension.ts'

const one = '/subscriptions/:id{[1-9][0-9]{0,14}}'

const removalForm = z.strictObject({
  yes: checkbox().refine((checked) => checked, 'Check this box to remove it.'),
})

export interface SubscriptionStandingPage {
  subscription: Subscription
  domain: string
  reasons: Standing[]
  form: FailedForm | undefined
}

export interface SubscriptionRemovalPage {
  subscription: Subscription
  account: Account
  domain: string
  contents: Counted[]
  form: FailedForm | undefined
}

export const subscriptionStandingRoutes = new Hono<Env>()

  .get(`${one}/suspension`, async (c) => page(c, 'subscriptions/suspension', await standingPage(c)))

  // P-45
  .post(`${one}/suspension`, async (c) => {
    const { db, actor } = c.var
    const id = Number(c.req.param('id'))
    const form = await attempt(c, standingForm, ({ status, text }) =>
      status === 'suspended'
        ? suspendSubscription(db, actor, id, text)
        : activateSubscription(db, actor, id),
    )
    if (!form.ok) {
      const data = await standingPage(c, form)
      return invalid(c, 'subscriptions/suspension', 'subscriptions/suspension', data)
    }
    const { subscription } = await findSubscription(db, actor, id)
    tell(c, said(form.values.status, subscription.suspended))
    return changed(c, `/subscriptions/${id}`)
  })

  .get(`${one}/removal`, async (c) => page(c, 'subscriptions/removal', await removalPage(c)))

  // S-39
  .post(`${one}/removal`, async (c) => {
    const { db, actor } = c.var
    const id = Number(c.req.param('id'))
    const { subscription } = await findSubscription(db, actor, id)
    const form = await attempt(c, removalForm, () => removeSubscription(db, actor, id))
    if (!form.ok) {
      return invalid(
        c,
        'subscriptions/removal',
        'subscriptions/removal',
        await removalPage(c, form),
      )
    }
    await c.var.jobs.finished(form.result, 1000)
    tell(c, '{domain} is being removed.', { domain: shownDomain(subscription.domain) })
    return changed(c, '/subscriptions')
  })

async function standingPage(c: C, form?: FailedForm): Promise<SubscriptionStandingPage> {
  const { db, actor } = c.var
  const owned = await findSubscription(db, actor, Number(c.req.param('id')))
  if (!maySwitch(actor, owned)) throw new Forbidden('Only the provider can change this.')
  const { subscription } = owned
  return {
    subscription,
    domain: shownDomain(subscription.domain),
    reasons: await reasonsOfSubscription(db, actor, subscription),
    form,
  }
}

async function removalPage(c: C, form?: FailedForm): Promise<SubscriptionRemovalPage> {
  const { db, actor } = c.var
  const { subscription, account } = await findSubscription(db, actor, Number(c.req.param('id')))
  assertMayProvideFor(actor, account)
  return {
    subscription,
    account,
    domain: shownDomain(subscription.domain),
    contents: counted(await used(db, ofSubscription(subscription.id))),
    form,
  }
}
