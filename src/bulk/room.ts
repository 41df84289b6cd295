import { eq } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Db, Transaction } from '../db/database.ts'
import { among } from '../db/many.ts'
import { lockContracts } from '../plans/contract.ts'
import { type Budget, scarce } from '../subscriptions/budget.ts'
import { holder, provider } from '../subscriptions/budget-holder.ts'
import { refuseMoreOversold } from '../subscriptions/oversold.ts'
import { subscriptions } from '../subscriptions/schema.ts'

/** In whose budgets these subscriptions count. */
export async function resellersOf(db: Db, subscriptionIds: number[]): Promise<number[]> {
  const rows = await db
    .selectDistinct({ holder })
    .from(subscriptions)
    .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
    .leftJoin(provider, eq(provider.id, accounts.providerId))
    .where(among(subscriptions.id, subscriptionIds))
  return rows.flatMap((row) => row.holder ?? [])
}

/**
 * Changes something of what these resellers have given away, whose contracts are held or will be.
 *
 * @throws Invalid with the numbers, when one of them would have given away more than it has
 */
export async function within(
  tx: Transaction,
  resellerIds: number[],
  change: () => Promise<unknown>,
): Promise<void> {
  await lockContracts(tx, resellerIds)
  const before: Map<number, Budget> = await scarce(tx, resellerIds)
  await change()
  await refuseMoreOversold(tx, before, await scarce(tx, resellerIds))
}
