import { Hono } from 'hono'
import { z } from 'zod'
import { Forbidden } from '../errors.ts'
import { type Counted, contents, counted } from '../subscriptions/contents.ts'
import { reasonsOfAccount, type Standing, stillSuspended } from '../subscriptions/reasons.ts'
import { customersOf, type Going, goingWith, removeAccount } from '../subscriptions/removal.ts'
import { said, standingForm } from '../subscriptions/standing-fields.ts'
import { activateAccount, suspendAccount } from '../subscriptions/suspension.ts'
import type { C, Env } from '../web/env.ts'
import { checkbox, wholeNumber } from '../web/fields.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { findAccount, mayManage } from './access.ts'
import type { Account } from './schema.ts'

const one = '/customers/:id{[1-9][0-9]{0,14}}'

/** What the confirmation counted comes back with it, so that nothing goes unseen (F-84). */
const removalForm = z.strictObject({
  yes: checkbox().refine((checked) => checked, 'Check this box to remove it.'),
  subscriptions: wholeNumber(),
  ...Object.fromEntries(contents.map(({ property }) => [property, wholeNumber()])),
})

export interface StandingPage {
  account: Account
  reasons: Standing[]
  form: FailedForm | undefined
}

export interface AccountRemovalPage {
  account: Account
  going: Going
  contents: Counted[]
  /** of a reseller, who cannot go before them */
  customers: number
  form: FailedForm | undefined
}

export const accountStandingRoutes = new Hono<Env>()

  .get(`${one}/suspension`, async (c) => page(c, 'accounts/suspension', await standingPage(c)))

  // P-17, P-20
  .post(`${one}/suspension`, async (c) => {
    const { db, actor } = c.var
    const id = Number(c.req.param('id'))
    const form = await attempt(c, standingForm, ({ status, text }) =>
      status === 'suspended' ? suspendAccount(db, actor, id, text) : activateAccount(db, actor, id),
    )
    if (!form.ok) {
      const data = await standingPage(c, form)
      return invalid(c, 'accounts/suspension', 'accounts/suspension', data)
    }
    const { suspended } = await findAccount(db, actor, id)
    const count = suspended ? 0 : await stillSuspended(db, id)
    if (count > 0) tell(c, someStay, { count })
    else tell(c, said(form.values.status, suspended))
    return changed(c, `/customers/${id}`)
  })

  .get(`${one}/removal`, async (c) => page(c, 'accounts/removal', await removalPage(c)))

  // P-28, P-29, M-33
  .post(`${one}/removal`, async (c) => {
    const { db, actor } = c.var
    const id = Number(c.req.param('id'))
    const { name } = await findAccount(db, actor, id)
    const form = await attempt(c, removalForm, (going) => removeAccount(db, actor, id, going))
    if (form.ok) {
      tell(c, '{name} is being removed.', { name })
      return changed(c, '/customers')
    } else {
      return invalid(c, 'accounts/removal', 'accounts/removal', await removalPage(c, form))
    }
  })

const someStay =
  'Activated. {count} {count|subscription stays suspended for a reason of its own|subscriptions stay suspended for reasons of their own}.'

async function standingPage(c: C, form?: FailedForm): Promise<StandingPage> {
  const account = await managed(c)
  return { account, reasons: await reasonsOfAccount(c.var.db, c.var.actor, account.id), form }
}

async function removalPage(c: C, form?: FailedForm): Promise<AccountRemovalPage> {
  const account = await managed(c)
  const [going, customers] = await Promise.all([
    goingWith(c.var.db, account.id),
    customersOf(c.var.db, account.id),
  ])
  return { account, going, contents: counted(going), customers, form }
}

async function managed(c: C): Promise<Account> {
  const account = await findAccount(c.var.db, c.var.actor, Number(c.req.param('id')))
  if (!mayManage(c.var.actor, account)) throw new Forbidden('Only the provider can change this.')
  return account
}
