import { type SQL, sql } from 'drizzle-orm'
import { subscriptions } from './schema.ts'

/**
 * Of each subscription that counts for a reseller, or would if a customer were one: what it sells, and its
 * own. Two questions with an index each; one with `or` would go through all accounts for each reseller.
 */
export const soldBySeller = (seller: SQL, column: SQL): SQL => sql`
  select ${column} from ${subscriptions} where seller_id = ${seller} and not removing
  union all select ${column} from ${subscriptions}
  where account_id = ${seller} and seller_id <> ${seller} and not removing`
