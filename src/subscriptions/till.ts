import { eq } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Transaction } from '../db/database.ts'
import { Invalid } from '../errors.ts'
import { refuseBeyond } from '../plans/beyond.ts'
import type { Values } from '../plans/catalogue.ts'
import { lockContracts } from '../plans/contract.ts'
import { combined, settled } from '../plans/values.ts'
import { afterSale, scarce } from './budget.ts'
import { allMade, notLeft, oneMore } from './sale.ts'

/** What one seller sells to many new customers, one after the other, before any of it is written. */
export interface Till {
  /**
   * A customer, and what it is sold if anything.
   *
   * @returns the values to store
   * @throws {Invalid} like a single sale, and then nothing was sold
   */
  sell(wanted: Values | null): Values | null
}

/** Other sales of that seller wait until the transaction ends. An admin may sell without limit. */
export async function openTill(tx: Transaction, sellerId: number): Promise<Till> {
  const [seller] = await tx.select().from(accounts).where(eq(accounts.id, sellerId))
  if (seller?.kind !== 'reseller') return { sell: (wanted) => wanted }

  const cap = (await lockContracts(tx, [sellerId])).get(sellerId) ?? combined([])
  let budget = (await scarce(tx, [sellerId])).get(sellerId)!
  return {
    sell(wanted) {
      const { limit, free } = budget.get('customers')!
      if (free === 0) throw new Invalid('', allMade, { limit })
      if (wanted) {
        refuseBeyond(cap, wanted)
        const short = notLeft(budget, oneMore(wanted))
        if (short) throw new Invalid('plan', short.sentence, short.words)
      }
      budget = afterSale(budget, { ...(wanted && oneMore(wanted)), customers: 1 })
      return wanted && settled(cap, wanted)
    },
  }
}
