import { sql } from 'drizzle-orm'
import type { Database } from '../../src/db/database.ts'

/**
 * Where what is counted of sales is not what was sold. Asked after every test file, so that it is asked
 * of whatever is ever done to a subscription or an account.
 */
export const miscounted = (db: Database) =>
  db.execute(sql`
    with kept as (
      select seller_id, (select values from sold_values where id = sold_values_id) as values,
        sold_values_id is null as customers, sum(count) as count
      from sales group by 1, 2, 3
    ), line as (
      select seller_id, customers, values, count from kept
      union all select seller_id, false, values, -count(*) from subscriptions
        where not removing group by seller_id, values
      union all select provider_id, true, null, -count(*) from accounts
        where provider_id is not null and not removing group by provider_id
    )
    select seller_id as seller, customers, sum(count) as off from line
    group by seller_id, customers, values having sum(count) <> 0`)
