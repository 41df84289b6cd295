import { eq, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { accounts } from '../accounts/schema.ts'
import type { Db, Transaction } from '../db/database.ts'
import type { Values } from '../plans/catalogue.ts'
import { lockContracts } from '../plans/contract.ts'
import { combined } from '../plans/values.ts'

export const provider = alias(accounts, 'provider')

/** A reseller's own subscriptions count in its own budget; what an admin sells in none. */
export const holder = sql<number | null>`case
  when ${accounts.kind} = 'reseller' then ${accounts.id}
  when ${provider.kind} = 'reseller' then ${provider.id} end`.mapWith(Number)

/** The reseller in whose budget the subscriptions of this account count. */
export async function holderOf(db: Db, accountId: number): Promise<number | null> {
  const [row] = await db
    .select({ holder })
    .from(accounts)
    .leftJoin(provider, eq(provider.id, accounts.providerId))
    .where(eq(accounts.id, accountId))
  return row?.holder ?? null
}

/**
 * Nobody else sells in that budget until the transaction ends.
 *
 * @returns what may be sold at most; null: there is no cap
 */
export async function lockHolder(tx: Transaction, accountId: number): Promise<Values | null> {
  const resellerId = await holderOf(tx, accountId)
  if (resellerId === null) return null
  return (await lockContracts(tx, [resellerId])).get(resellerId) ?? combined([])
}
