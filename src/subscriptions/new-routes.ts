import { sql } from 'drizzle-orm'
import { Hono } from 'hono'
import { z } from 'zod'
import { findAccount, maySell } from '../accounts/access.ts'
import { type Account, accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import type { Db } from '../db/database.ts'
import { Forbidden } from '../errors.ts'
import { defaultMailbox } from '../mail/default-mailbox.ts'
import type { C, Env } from '../web/env.ts'
import { reference } from '../web/fields.ts'
import type { Option } from '../web/form-fields.ts'
import { attempt, type FailedForm, invalid, page } from '../web/respond.ts'
import { sellersOnly } from '../web/signed-in.ts'
import { createSubscription, sellerOf } from './creation.ts'
import { awaited, hostOptions, ownOf, placeFields, saleOptions } from './new-fields.ts'

const newSubscriptionForm = z
  .strictObject({ ...placeFields, account: reference() })
  .refine(({ domain }) => domain !== '', { path: ['domain'], error: 'Required' })
  .refine(({ plan }) => plan !== null, { path: ['plan'], error: 'Choose a plan.' })

export interface NewSubscriptionPage {
  /** given in the address */
  account: Account | null
  /** to choose from otherwise */
  accounts: Option[]
  plans: Option[]
  hosts: Option[]
  form: FailedForm | undefined
}

export const newSubscriptionRoutes = new Hono<Env>()

  .get('/subscriptions/new', sellersOnly, async (c) =>
    page(c, 'subscriptions/new', await newPage(c)),
  )

  .post('/subscriptions/new', sellersOnly, async (c) => {
    const { db, actor, sealingKey } = c.var
    const form = await attempt(c, newSubscriptionForm, ({ account, domain, ...wish }) =>
      createSubscription(db, sealingKey, actor, account, {
        domain,
        planId: wish.plan!,
        hostId: wish.host,
        consent: wish.consent,
        own: ownOf(wish),
        furnish: defaultMailbox,
      }),
    )
    if (form.ok) return awaited(c, form.result, form.values.domain)
    else return invalid(c, 'subscriptions/new', 'subscriptions/new', await newPage(c, form))
  })

async function newPage(c: C, form?: FailedForm): Promise<NewSubscriptionPage> {
  const { db, actor } = c.var
  if (!maySell(actor)) throw new Forbidden('With this login you can look, but not change.')
  const asked = String(c.req.query('account') ?? form?.values.account ?? '')
  const account = /^[1-9][0-9]{0,14}$/.test(asked)
    ? await findAccount(db, actor, Number(asked))
    : null
  const [choices, plans, hosts] = await Promise.all([
    account ? [] : accountOptions(db, actor),
    saleOptions(c, account ? sellerOf(account) : actor.accountId),
    hostOptions(c),
  ])
  return { account, accounts: choices, plans, hosts, form }
}

const mostAccounts = 500

/**
 * To whom the actor itself sells; for customers of resellers one starts at the customer. Of each seller
 * the first by name, as an index has them.
 */
async function accountOptions(db: Db, { kind, accountId }: Actor): Promise<Option[]> {
  const sells = kind === 'admin' ? sql`seller.kind = 'admin'` : sql`seller.id = ${accountId}`
  const stay = sql`not removing and trashed_until is null`
  const first = sql`order by lower(name), id limit ${mostAccounts}`
  const rows = await db.execute<{ id: number; name: string; company: string }>(sql`
    select id::integer, name, company from (
      (select id, name, company from ${accounts} as seller where ${sells} and ${stay})
      union all
      (select own.* from ${accounts} as seller, lateral (select id, name, company from ${accounts}
        where provider_id = seller.id and kind <> 'reseller' and ${stay} ${first}) as own
        where ${sells})) as found ${first}`)
  return rows.map(({ id, name, company }) => ({
    value: id,
    label: company ? `${name}, ${company} (${id})` : `${name} (${id})`,
  }))
}
