import { eq } from 'drizzle-orm'
import { Hono } from 'hono'
import { z } from 'zod'
import type { Account } from '../accounts/schema.ts'
import { shownDomain } from '../names/domain.ts'
import type { C, Env } from '../web/env.ts'
import { checkbox } from '../web/fields.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { assertMayProvideFor, findSubscription, type Owned } from './access.ts'
import { sellerOf } from './creation.ts'
import { type Lost, lostWith } from './lost.ts'
import { removeSubscription } from './removal.ts'
import { type Subscription, subscriptions } from './schema.ts'
import { discardSubscription, restoreSubscription } from './trash.ts'
import { trashDays } from './trash-days.ts'

const one = '/subscriptions/:id{[1-9][0-9]{0,14}}'

const removalForm = z.strictObject({
  yes: checkbox().refine((checked) => checked, 'Check this box to remove it.'),
})

export interface SubscriptionRemovalPage {
  subscription: Subscription
  account: Account
  domain: string
  lost: Lost
  /** for how long it can be restored; 0: it goes at once */
  days: number
  form: FailedForm | undefined
}

export const subscriptionRemovalRoutes = new Hono<Env>()

  .get(`${one}/removal`, async (c) => page(c, 'subscriptions/removal', await removalPage(c)))

  // S-39, M-33: into the trash, and out of it for good
  .post(`${one}/removal`, async (c) => {
    const { db, actor } = c.var
    const { subscription, account } = await provided(c)
    const { id, trashedUntil } = subscription
    const domain = shownDomain(subscription.domain)
    const form = await attempt(c, removalForm, async () =>
      trashedUntil ? [await removeSubscription(db, actor, id)] : discardSubscription(db, actor, id),
    )
    if (!form.ok) {
      const data = await removalPage(c, form)
      return invalid(c, 'subscriptions/removal', 'subscriptions/removal', data)
    }
    for (const job of form.result) await c.var.jobs.finished(job, 1000)
    const goes = trashedUntil !== null || (await trashDays(db, sellerOf(account))) === 0
    if (goes) tell(c, '{domain} is being removed.', { domain })
    else tell(c, '{domain} is in the trash and can be restored.', { domain })
    return changed(c, '/subscriptions')
  })

  .post(`${one}/restoration`, async (c) => {
    const { db, actor } = c.var
    const { subscription } = await provided(c)
    await restoreSubscription(db, actor, subscription.id)
    tell(c, '{name} was restored.', { name: shownDomain(subscription.domain) })
    return changed(c, `/subscriptions/${subscription.id}`)
  })

async function removalPage(c: C, form?: FailedForm): Promise<SubscriptionRemovalPage> {
  const { subscription, account } = await provided(c)
  const [days, lost] = await Promise.all([
    trashDays(c.var.db, sellerOf(account)),
    lostWith(c.var.db, eq(subscriptions.id, subscription.id)),
  ])
  const domain = shownDomain(subscription.domain)
  return { subscription, account, domain, lost, days, form }
}

async function provided(c: C): Promise<Owned> {
  const owned = await findSubscription(c.var.db, c.var.actor, Number(c.req.param('id')))
  assertMayProvideFor(c.var.actor, owned.account)
  return owned
}
