import { Hono } from 'hono'
import type { Some } from '../db/some.ts'
import { Forbidden } from '../errors.ts'
import { reasonsOfAccount, type Standing, stillSuspended } from '../subscriptions/reasons.ts'
import { customersOf } from '../subscriptions/removal.ts'
import { accountStandingForm, said } from '../subscriptions/standing-fields.ts'
import { activateAccount, suspendAccount } from '../subscriptions/suspension.ts'
import type { C, Env } from '../web/env.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { findAccount, mayManage } from './access.ts'
import type { Account } from './schema.ts'

const one = '/customers/:id{[1-9][0-9]{0,14}}'

export interface StandingPage {
  account: Account
  reasons: Standing[]
  /** of a reseller: they are off with it */
  customers: Some
  form: FailedForm | undefined
}

export const accountStandingRoutes = new Hono<Env>()

  .get(`${one}/suspension`, async (c) => page(c, 'accounts/suspension', await standingPage(c)))

  // P-17, P-20
  .post(`${one}/suspension`, async (c) => {
    const { db, actor } = c.var
    const id = Number(c.req.param('id'))
    const form = await attempt(c, accountStandingForm, ({ status, text, mail }) =>
      status === 'suspended'
        ? suspendAccount(db, actor, id, text, { mail })
        : activateAccount(db, actor, id, { mail }),
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

const someStay =
  'Activated. {count} {count|subscription stays suspended for a reason of its own|subscriptions stay suspended for reasons of their own}.'

async function standingPage(c: C, form?: FailedForm): Promise<StandingPage> {
  const account = await managed(c)
  const { db, actor } = c.var
  const [reasons, customers] = await Promise.all([
    reasonsOfAccount(db, actor, account.id),
    customersOf(db, account.id),
  ])
  return { account, reasons, customers, form }
}

async function managed(c: C): Promise<Account> {
  const account = await findAccount(c.var.db, c.var.actor, Number(c.req.param('id')))
  if (!mayManage(c.var.actor, account)) throw new Forbidden('Only the provider can change this.')
  return account
}
