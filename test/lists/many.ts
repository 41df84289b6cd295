import { sql } from 'drizzle-orm'
import type { Database } from '../../src/db/database.ts'
import type { Cast } from '../support/cast.ts'

/**
 * So many customers of each reseller with a login and a subscription each, in few statements:
 * `Anna Abel 1` of Rita's, `anna.abel.1`, `abel1.test`; some are suspended.
 */
export async function manyCustomers(db: Database, people: Cast, each: number) {
  for (const { account } of [people.rita, people.rolf]) {
    await db.execute(sql`
      with made as (
        insert into accounts (kind, provider_id, name, company, email, description, suspended, created_at)
        select 'customer', ${account.id},
          (array['Anna','Bruno','Carla','Dario','Elena'])[1 + n % 5] || ' ' || (array['Abel','Bauer','Conti','Duarte'])[1 + n % 4] || ' ' || n,
          case when n % 3 = 0 then (array['Nordlicht GmbH','Sole e Mare','Casa Verde'])[1 + n % 3] else '' end,
          'n' || n || '@example.org', case when n % 7 = 0 then 'pays late, ask Anna' else '' end, n % 10 = 9,
          now() - n * interval '1 day'
        from generate_series(1, ${each}::integer) as n returning id, name, suspended
      ), entered as (
        insert into logins (account_id, name, password_hash)
        select id, lower(replace(name, ' ', '.')) || '.' || id, 'none' from made
      )
      insert into subscriptions (account_id, plan_id, host_id, domain, "system_user", uid, password_hash, values,
        suspended, applied_generation)
      select id, ${account.id === people.rita.account.id ? people.ritasGold.id : people.rolfsGold.id}::bigint, ${people.host.id}::bigint,
        split_part(lower(name), ' ', 2) || id || '.test', 'u' || id, nextval('system_uids'), 'none',
        ${JSON.stringify(people.ritasGold.values)}::text::jsonb, suspended, 1
      from made`)
  }
  await db.execute(sql`analyze`)
}
