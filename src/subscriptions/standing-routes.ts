import { Hono } from 'hono'
import { Forbidden } from '../errors.ts'
import { shownDomain } from '../names/domain.ts'
import type { C, Env } from '../web/env.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { findSubscription } from './access.ts'
import { reasonsOfSubscription, type Standing } from './reasons.ts'
import type { Subscription } from './schema.ts'
import { said, standingForm } from './standing-fields.ts'
import { activateSubscription, maySwitch, suspendSubscription } from './suspension.ts'

const one = '/subscriptions/:id{[1-9][0-9]{0,14}}'

export interface SubscriptionStandingPage {
  subscription: Subscription
  domain: string
  reasons: Standing[]
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
