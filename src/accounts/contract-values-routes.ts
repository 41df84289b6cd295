import { Hono } from 'hono'
import { z } from 'zod'
import { Invalid } from '../errors.ts'
import { valuesForm } from '../plans/form.ts'
import type { Reseller } from '../plans/schema.ts'
import { type Section, sections } from '../plans/sections.ts'
import { combined } from '../plans/values.ts'
import {
  type ContractPreview,
  changeContract,
  contractState,
  previewContract,
} from '../subscriptions/contract-change.ts'
import type { C, Env } from '../web/env.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { changeable } from './contract-fields.ts'
import type { Account } from './schema.ts'

const address = '/customers/:id{[1-9][0-9]{0,14}}/reseller-values'

/** `drawn`: what it was when the form was drawn; `seen`: the preview that was agreed to. */
const form = z.intersection(
  z.strictObject({ drawn: z.string().max(100), seen: z.string().max(100) }),
  valuesForm('reseller', null),
)

export interface ContractValuesPage {
  account: Account
  contract: Reseller
  drawn: string
  sections: Section[]
  /** what saving would mean, once it was tried and needs a second look */
  preview: ContractPreview | null
  form: FailedForm | undefined
}

export const contractValuesRoutes = new Hono<Env>()

  .get(address, async (c) => page(c, 'accounts/reseller-values', await valuesPage(c)))

  // P-22, P-40, P-41: a plan that is not followed any more is locked
  .post(address, async (c) => {
    const { db, actor } = c.var
    const { account, contract } = await changeable(c)
    let preview: ContractPreview | null = null
    let stale = false
    const result = await attempt(c, form, async ({ values, drawn, seen }) => {
      const terms = { values, lock: true }
      const means = await previewContract(db, account, terms)
      stale = drawn !== contractState(contract) && seen !== means.fingerprint
      if (stale || (means.shortages.length > 0 && seen !== means.fingerprint)) {
        preview = means
        throw new Invalid('', stale ? changedMeanwhile : tooLittle)
      }
      await changeContract(db, actor, account.id, terms, means.fingerprint)
    })
    if (!result.ok) {
      const data = await valuesPage(c, preview, result)
      if (stale) return page(c, 'accounts/reseller-values', data, 409)
      return invalid(c, 'accounts/reseller-values', 'accounts/reseller-values', data)
    }
    tell(c, 'What {name} may sell was changed.', { name: account.name })
    return changed(c, `/customers/${account.id}/ledger`)
  })

const tooLittle = 'This is less than what is sold already. Look at what it means, then save again.'
const changedMeanwhile =
  'Somebody else has changed these values meanwhile. Save again to overwrite.'

async function valuesPage(
  c: C,
  preview: ContractPreview | null = null,
  failed?: FailedForm,
): Promise<ContractValuesPage> {
  const { account, contract } = await changeable(c)
  const wrong = Object.keys(failed?.errors ?? {})
  return {
    account,
    contract,
    drawn: failed && !preview ? String(failed.values.drawn ?? '') : contractState(contract),
    sections: sections('reseller', combined([contract.values]), null, wrong),
    preview,
    form: failed,
  }
}
