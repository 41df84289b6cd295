import { Hono } from 'hono'
import { z } from 'zod'
import { shownDomain } from '../names/domain.ts'
import type { Difference } from '../plans/differences.ts'
import type { C, Env } from '../web/env.ts'
import { changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { assertMayProvideFor, findSubscription } from './access.ts'
import { providersDay, setExpiry } from './expiry.ts'
import { attemptInTime, seen } from './late-fields.ts'
import type { Subscription } from './schema.ts'

const expiry = '/subscriptions/:id{[1-9][0-9]{0,14}}/expiry'

/** Empty: it does not expire. */
const expiryForm = z.strictObject({
  expiresOn: z
    .union([z.literal(''), z.iso.date()], 'Give a day such as 2027-01-31, or leave it empty.')
    .transform((typed) => typed || null),
  seen,
})

export interface ExpiryPage {
  subscription: Subscription
  domain: string
  zone: string
  differences: Difference[]
  form: FailedForm | undefined
}

export const expiryRoutes = new Hono<Env>()

  .get(expiry, async (c) => page(c, 'subscriptions/expiry', await expiryPage(c)))

  // R-20, P-44
  .post(expiry, async (c) => {
    const { db, actor, jobs } = c.var
    const { form, late } = await attemptInTime(c, expiryForm, ({ expiresOn, seen }) =>
      setExpiry(db, actor, idOf(c), expiresOn, seen),
    )
    if (late)
      return page(c, 'subscriptions/expiry', await expiryPage(c, form as FailedForm, true), 409)
    if (!form.ok) {
      return invalid(c, 'subscriptions/expiry', 'subscriptions/expiry', await expiryPage(c, form))
    }
    for (const job of form.result) await jobs.finished(job, 1000)
    tell(c, 'Saved.')
    return changed(c, `/subscriptions/${idOf(c)}`)
  })

const idOf = (c: C) => Number(c.req.param('id'))

async function expiryPage(c: C, form?: FailedForm, late = false): Promise<ExpiryPage> {
  const { db, actor } = c.var
  const { subscription, account } = await findSubscription(db, actor, idOf(c))
  assertMayProvideFor(actor, account)
  const { zone } = await providersDay(db, subscription.id)
  const [from, to] = [subscription.expiresOn || '–', String(form?.values.expiresOn || '–')]
  return {
    subscription,
    domain: shownDomain(subscription.domain),
    zone,
    differences: late ? [{ label: 'Expiration date', from, to }] : [],
    form,
  }
}
