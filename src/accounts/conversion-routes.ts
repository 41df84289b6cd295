import { and, count, eq, sql } from 'drizzle-orm'
import { Hono } from 'hono'
import { z } from 'zod'
import { convertOne } from '../bulk/converting.ts'
import type { Db } from '../db/database.ts'
import type { Some } from '../db/some.ts'
import { Forbidden } from '../errors.ts'
import { offeredPlans } from '../plans/access.ts'
import { type ValueGroup, valueGroups } from '../plans/shown.ts'
import {
  belowReseller,
  type Ending,
  endingOf,
  makeCustomer,
  mayConvert,
  sumOf,
} from '../subscriptions/conversion.ts'
import { subscriptions } from '../subscriptions/schema.ts'
import type { C, Env } from '../web/env.ts'
import { checkbox, optionalReference, wholeNumber } from '../web/fields.ts'
import type { Option } from '../web/form-fields.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { customersBelow, findAccount } from './access.ts'
import { type Account, accounts } from './schema.ts'

const address = '/customers/:id{[1-9][0-9]{0,14}}/conversion'

const toReseller = z.strictObject({ to: z.literal('reseller'), plan: optionalReference() })
/** What the confirmation counted comes back with it, so that nothing goes unseen (F-84). */
const toCustomer = z.strictObject({
  to: z.literal('customer'),
  yes: checkbox().refine((checked) => checked, 'Check this box to convert it.'),
  plans: wholeNumber(),
  released: wholeNumber(),
})
const conversionForm = z.discriminatedUnion('to', [toReseller, toCustomer], {
  error: 'Choose from the list.',
})

export interface ConversionPage {
  account: Account
  /** to reseller: why it cannot be one; null where it can */
  hindrance: string | null
  plans: Option[]
  /** to reseller: what "Custom" means for it */
  sum: ValueGroup[]
  subscriptions: number
  /** to customer: the first of those in the way */
  customers: Pick<Account, 'id' | 'name'>[]
  customerCount: Some
  ending: Ending
  form: FailedForm | undefined
}

export const conversionRoutes = new Hono<Env>()

  .get(address, async (c) => page(c, 'accounts/conversion', await conversionPage(c)))

  // P-21 to P-23, R-18
  .post(address, async (c) => {
    const { db, actor } = c.var
    const { id, name } = await convertible(c)
    const form = await attempt(c, conversionForm, async (wish) => {
      if (wish.to === 'reseller') return convertOne(db, actor, id, wish.plan)
      await makeCustomer(db, actor, id, wish)
      return null
    })
    if (!form.ok) {
      const data = await conversionPage(c, form)
      return invalid(c, 'accounts/conversion', 'accounts/conversion', data)
    }
    if (form.result === null) {
      tell(c, '{name} is a customer now.', { name })
      return changed(c, `/customers/${id}`)
    } else {
      tell(c, '{name} is a reseller now.', { name })
      return changed(c, `/batches/${form.result}`)
    }
  })

async function convertible(c: C): Promise<Account> {
  const { db, actor } = c.var
  const account = await findAccount(db, actor, Number(c.req.param('id')))
  if (!mayConvert(actor, account)) throw new Forbidden('Only an admin can do this.')
  return account
}

async function conversionPage(c: C, form?: FailedForm): Promise<ConversionPage> {
  const { db } = c.var
  const account = await convertible(c)
  const [provider, offered, sum, own, customers, customerCount, ending] = await Promise.all([
    db.select().from(accounts).where(eq(accounts.id, account.providerId!)),
    offeredPlans(db, account.providerId!, 'reseller'),
    sumOf(db, account.id),
    subscriptionsOf(db, account.id),
    db
      .select({ id: accounts.id, name: accounts.name })
      .from(accounts)
      .where(eq(accounts.providerId, account.id))
      .orderBy(sql`lower(${accounts.name})`, accounts.id)
      .limit(50),
    customersBelow(db, account.id),
    endingOf(db, account.id),
  ])
  return {
    account,
    hindrance: provider[0]?.kind === 'reseller' ? belowReseller : null,
    plans: offered.map(({ id, name, title }) => ({ value: id, label: title || name })),
    sum: valueGroups(sum),
    subscriptions: own,
    customers,
    customerCount,
    ending,
    form,
  }
}

async function subscriptionsOf(db: Db, accountId: number): Promise<number> {
  const [row] = await db
    .select({ n: count() })
    .from(subscriptions)
    .where(and(eq(subscriptions.accountId, accountId), eq(subscriptions.removing, false)))
  return row!.n
}
