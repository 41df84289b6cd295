import { eq } from 'drizzle-orm'
import { Hono } from 'hono'
import { z } from 'zod'
import type { Some } from '../db/some.ts'
import { Forbidden, Invalid } from '../errors.ts'
import { contents } from '../subscriptions/contents.ts'
import { type Lost, lostWith } from '../subscriptions/lost.ts'
import { customersOf, type Going, goingWith, removeAccount } from '../subscriptions/removal.ts'
import { subscriptions } from '../subscriptions/schema.ts'
import { discardAccount, restoreAccount } from '../subscriptions/trash.ts'
import { trashDays } from '../subscriptions/trash-days.ts'
import type { C, Env } from '../web/env.ts'
import { line, wholeNumber } from '../web/fields.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { findAccount, mayManage } from './access.ts'
import type { Account } from './schema.ts'

const one = '/customers/:id{[1-9][0-9]{0,14}}'

/** What the confirmation counted comes back with it, so that nothing goes unseen (F-84). */
const removalForm = z.strictObject({
  name: line(254),
  subscriptions: wholeNumber(),
  ...Object.fromEntries(contents.map(({ property }) => [property, wholeNumber()])),
})

export interface AccountRemovalPage {
  account: Account
  going: Going
  lost: Lost
  /** of a reseller, who cannot go before them */
  customers: Some
  /** for how long it can be restored; 0: it goes at once */
  days: number
  form: FailedForm | undefined
}

export const accountRemovalRoutes = new Hono<Env>()

  .get(`${one}/removal`, async (c) => page(c, 'accounts/removal', await removalPage(c)))

  // P-28, P-29, M-33: into the trash, and out of it for good
  .post(`${one}/removal`, async (c) => {
    const { db, actor } = c.var
    const account = await managed(c)
    const form = await attempt(c, removalForm, async ({ name, ...going }) => {
      refuseOtherName(account.name, name)
      if (!account.trashedUntil) return discardAccount(db, actor, account.id, going)
      await removeAccount(db, actor, account.id, going)
      return null
    })
    if (!form.ok) {
      return invalid(c, 'accounts/removal', 'accounts/removal', await removalPage(c, form))
    }
    if (form.result === null) tell(c, '{name} is being removed.', { name: account.name })
    else tell(c, '{name} is in the trash and can be restored.', { name: account.name })
    return changed(c, '/customers')
  })

  .post(`${one}/restoration`, async (c) => {
    const { db, actor } = c.var
    const { id, name } = await managed(c)
    await restoreAccount(db, actor, id)
    tell(c, '{name} was restored.', { name })
    return changed(c, `/customers/${id}`)
  })

/** @throws {Invalid} at `name` */
function refuseOtherName(right: string, typed: string) {
  if (typed !== right.normalize('NFC').trim()) {
    throw new Invalid('name', 'This is not its name. Type {name}.', { name: right })
  }
}

async function removalPage(c: C, form?: FailedForm): Promise<AccountRemovalPage> {
  const { db } = c.var
  const account = await managed(c)
  const [going, lost, customers, days] = await Promise.all([
    goingWith(db, account.id),
    lostWith(db, eq(subscriptions.accountId, account.id)),
    customersOf(db, account.id),
    trashDays(db, account.providerId ?? 0),
  ])
  return { account, going, lost, customers, days, form }
}

async function managed(c: C): Promise<Account> {
  const account = await findAccount(c.var.db, c.var.actor, Number(c.req.param('id')))
  if (!mayManage(c.var.actor, account)) throw new Forbidden('Only the provider can change this.')
  return account
}
