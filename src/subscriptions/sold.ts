import { type SQL, sql } from 'drizzle-orm'
import { sales, soldValues } from '../sales/schema.ts'
import { subscriptions } from './schema.ts'

/**
 * What a reseller has sold, its own and its customers' subscriptions, and how often: as many rows as there
 * are different values. Of a customer: what would count if it were a reseller.
 */
export const salesOf = (seller: SQL): SQL => sql`
  select (select ${soldValues.values} from ${soldValues} where id = sold_values_id) as values, sum(count) as count
  from ${sales} where seller_id = ${seller} and sold_values_id is not null
  group by sold_values_id having sum(count) <> 0
  union all select values, 1 from ${subscriptions}
  where account_id = ${seller} and seller_id <> ${seller} and not removing`

/** How many customers a reseller has. */
export const customersOf = (seller: SQL): SQL =>
  sql`select sum(count) from ${sales} where seller_id = ${seller} and sold_values_id is null`
