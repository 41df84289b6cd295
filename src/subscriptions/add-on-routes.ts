import { Hono } from 'hono'
import { z } from 'zod'
import type { Account } from '../accounts/schema.ts'
import { shownDomain } from '../names/domain.ts'
import type { C, Env } from '../web/env.ts'
import { oneOf, reference } from '../web/fields.ts'
import type { Option } from '../web/form-fields.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { assertMayProvideFor, findSubscription } from './access.ts'
import { addAddOn, addOnsOf, addOnsToChoose, removeAddOn } from './add-ons.ts'
import type { Subscription } from './schema.ts'
import { shortAt } from './short-at.ts'

const addOns = '/subscriptions/:id{[1-9][0-9]{0,14}}/add-ons'

const addOnForm = z.strictObject({ change: oneOf(['add', 'remove']), plan: reference() })

export interface AddOnPage {
  subscription: Subscription
  account: Account
  domain: string
  addOns: { id: number; name: string; title: string }[]
  choices: Option[]
  form: FailedForm | undefined
}

export const addOnRoutes = new Hono<Env>()

  .get(addOns, async (c) => page(c, 'subscriptions/add-ons', await addOnPage(c)))

  // P-31, P-32, P-35
  .post(addOns, async (c) => {
    const { db, actor, jobs } = c.var
    const form = await attempt(c, addOnForm, ({ change, plan }) =>
      (change === 'add' ? addAddOn : removeAddOn)(db, actor, idOf(c), plan).catch(shortAt('plan')),
    )
    if (!form.ok) {
      const data = await addOnPage(c, form)
      return invalid(c, 'subscriptions/add-ons', 'subscriptions/add-ons', data)
    }
    if (form.result !== null) await jobs.finished(form.result, 1000)
    tell(c, form.values.change === 'add' ? 'The add-on was added.' : 'The add-on was removed.')
    return changed(c, `/subscriptions/${idOf(c)}/add-ons`)
  })

const idOf = (c: C) => Number(c.req.param('id'))

async function addOnPage(c: C, form?: FailedForm): Promise<AddOnPage> {
  const { db, actor } = c.var
  const owned = await findSubscription(db, actor, idOf(c))
  assertMayProvideFor(actor, owned.account)
  const choices = await addOnsToChoose(db, owned)
  return {
    ...owned,
    domain: shownDomain(owned.subscription.domain),
    addOns: await addOnsOf(db, owned.subscription),
    choices: choices.map(({ id, name, title }) => ({ value: id, label: title || name })),
    form,
  }
}
