import type { Actor } from '../audit/actor.ts'
import type { Transaction } from '../db/database.ts'
import type { Values } from '../plans/catalogue.ts'
import { scarce } from './budget.ts'
import { holderOf } from './budget-holder.ts'
import { refuseMoreOversold } from './oversold.ts'
import type { Subscription } from './schema.ts'
import { want } from './want.ts'

/**
 * Values that come from no plan: of a custom or a locked subscription. The caller holds its
 * reseller's contract.
 *
 * @returns the job's number
 * @throws Invalid when its reseller would have sold more than it has
 */
export async function storeAlone(
  tx: Transaction,
  actor: Actor,
  subscription: Subscription,
  wanted: { values: Values; locked: boolean },
): Promise<number> {
  const resellerId = await holderOf(tx, subscription.accountId)
  const resellers = resellerId === null ? [] : [resellerId]
  const before = await scarce(tx, resellers)
  const jobId = await want(tx, actor, subscription, wanted)
  await refuseMoreOversold(tx, before, await scarce(tx, resellers))
  return jobId
}
