import { eq } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Db, Transaction } from '../db/database.ts'
import { Invalid } from '../errors.ts'
import { excesses, refuseBeyond, type Told } from '../plans/beyond.ts'
import { catalogue, type Values } from '../plans/catalogue.ts'
import { contractsOf, lockContracts } from '../plans/contract.ts'
import { type LimitProperty, unlimited } from '../plans/property.ts'
import type { Plan } from '../plans/schema.ts'
import { inUnit, labelWithUnit } from '../plans/units.ts'
import { combined, settled, values } from '../plans/values.ts'
import { type Budget, scarce } from './budget.ts'
import { holderOf } from './budget-holder.ts'

/**
 * Before a subscription of this account is made: refuses, with the numbers, what its reseller does
 * not have left. What an admin sells has no cap. Lock the plan first, then call this; other
 * sales of that reseller wait until the transaction ends.
 *
 * @returns the values to store
 * @throws Invalid at `plan`
 */
export async function settleSale(
  tx: Transaction,
  accountId: number,
  wanted: Values,
): Promise<Values> {
  const resellerId = await holderOf(tx, accountId)
  if (resellerId === null) return wanted

  const contracts = await lockContracts(tx, [resellerId])
  const cap = contracts.get(resellerId) ?? combined([])
  refuseBeyond(cap, wanted)
  const budget = (await scarce(tx, [resellerId])).get(resellerId)!
  const short = notLeft(budget, oneMore(wanted))
  if (short) throw new Invalid('plan', short.sentence, short.words)
  return settled(cap, wanted)
}

/** Before a customer is made below this account; an admin may have any number. */
export async function refuseAnotherCustomer(tx: Transaction, providerId: number) {
  const [provider] = await tx.select().from(accounts).where(eq(accounts.id, providerId))
  if (provider?.kind !== 'reseller') return

  await lockContracts(tx, [providerId])
  const { limit, free } = (await scarce(tx, [providerId])).get(providerId)!.get('customers')!
  if (free === 0) throw new Invalid('', allMade, { limit })
}

export const allMade = 'All {limit} customers are made already. The reseller plan decides this.'

/**
 * Why these plans could not be sold now, by their numbers; those that could are not there. For forms,
 * to say it before anybody tries.
 */
export async function unsellable(
  db: Db,
  sellerId: number,
  plans: Plan[],
): Promise<Map<number, Told>> {
  const cap = (await contractsOf(db, [sellerId])).get(sellerId)
  if (!cap) return new Map()
  const budget = (await scarce(db, [sellerId])).get(sellerId)!
  return new Map(
    plans.flatMap((plan) => {
      const wanted = values(plan.values)
      const why = excesses(cap, wanted)[0] ?? notLeft(budget, oneMore(wanted))
      return why ? [[plan.id, why] as const] : []
    }),
  )
}

export const oneMore = (wanted: Values): Values => ({ ...wanted, subscriptions: 1, customers: 0 })

export function notLeft(budget: Budget, wanted: Values): Told | null {
  for (const [key, { limit, free }] of budget) {
    const amount = wanted[key] ?? 0
    if (amount === unlimited || free === unlimited || (amount as number) <= free) continue
    const { unit } = catalogue[key] as LimitProperty
    return {
      sentence: '{property!}: {wanted} wanted, but only {free} of {limit} are left to sell.',
      words: {
        property: labelWithUnit(catalogue[key]),
        wanted: inUnit(unit, amount as number),
        free: inUnit(unit, free),
        limit: inUnit(unit, limit),
      },
    }
  }
  return null
}
