import { eq } from 'drizzle-orm'
import { Hono } from 'hono'
import { z } from 'zod'
import { Invalid, Stale } from '../errors.ts'
import { type Plan, plans, type Reseller } from '../plans/schema.ts'
import {
  type ContractPreview,
  changeContract,
  plansToChoose,
  previewContract,
  termsOf,
} from '../subscriptions/contract-change.ts'
import { type Shortage, shortages } from '../subscriptions/shortage.ts'
import type { C, Env } from '../web/env.ts'
import { optionalReference } from '../web/fields.ts'
import type { Option } from '../web/form-fields.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { changeable } from './contract-fields.ts'
import type { Account } from './schema.ts'

const address = '/customers/:id{[1-9][0-9]{0,14}}/reseller-plan'

/** Only what was shown is done (F-84). */
const planForm = z.strictObject({ plan: optionalReference(), seen: z.string().max(100) })
const asked = optionalReference().optional().catch(undefined)

export interface ContractPage {
  account: Account
  contract: Reseller
  plan: Pick<Plan, 'id' | 'name'> | null
  /** to choose from */
  plans: Option[]
  /** in the address; null: Custom, undefined: nothing yet */
  chosen: number | null | undefined
  preview: ContractPreview | null
  /** as it is now */
  shortages: Shortage[]
  form: FailedForm | undefined
}

export const contractRoutes = new Hono<Env>()

  .get(address, async (c) =>
    page(c, 'accounts/reseller-plan', await contractPage(c, asked.parse(c.req.query('plan')))),
  )

  // M-15, P-38, P-40
  .post(address, async (c) => {
    const { db, actor } = c.var
    const { account, contract } = await changeable(c)
    let stale = false
    const form = await attempt(c, planForm, ({ plan, seen }) =>
      changeContract(db, actor, account.id, termsOf(contract, plan), seen).catch((refusal) => {
        stale = refusal instanceof Stale
        throw stale ? new Invalid('', refusal.message) : refusal
      }),
    )
    if (!form.ok) {
      const chosen = asked.parse(c.var.form.get('plan') ?? undefined)
      const data = await contractPage(c, chosen, form)
      if (stale) return page(c, 'accounts/reseller-plan', data, 409)
      return invalid(c, 'accounts/reseller-plan', 'accounts/reseller-plan', data)
    }
    tell(c, 'The reseller plan of {name} was changed.', { name: account.name })
    return changed(c, `/customers/${account.id}/ledger`)
  })

async function contractPage(
  c: C,
  chosen: number | null | undefined,
  form?: FailedForm,
): Promise<ContractPage> {
  const { db } = c.var
  const { account, contract } = await changeable(c)
  const [offered, plan, short] = await Promise.all([
    plansToChoose(db, account),
    contract.planId === null ? null : named(c, contract.planId),
    shortages(db, new Map([[account.id, contract.values]])),
  ])
  const known = chosen === null || offered.some(({ id }) => id === chosen)
  return {
    account,
    contract,
    plan,
    plans: offered.map(({ id, name, title }) => ({ value: id, label: title || name })),
    chosen,
    preview: known ? await previewContract(db, account, termsOf(contract, chosen!)) : null,
    shortages: short.get(account.id)!,
    form,
  }
}

async function named(c: C, planId: number) {
  const columns = { id: plans.id, name: plans.name }
  const [plan] = await c.var.db.select(columns).from(plans).where(eq(plans.id, planId))
  return plan ?? null
}
