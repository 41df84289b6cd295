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

/** One of each in every subscription that has none yet, called after its user: `u12@abel12.test`, `u12_db`. */
export async function manyContents(db: Database) {
  await db.execute(sql`insert into domains (subscription_id, kind, name)
    select id, 'main'::domain_kind, domain from subscriptions union all
    select id, 'alias'::domain_kind, 'www.' || domain from subscriptions on conflict do nothing`)
  await db.execute(sql`insert into mailboxes (subscription_id, local, domain, password_hash, quota)
    select id, "system_user", domain, 'x', 1048576 from subscriptions on conflict do nothing`)
  await db.execute(sql`insert into mailing_lists (subscription_id, local, domain, owner, members)
    select id, 'list', domain, 'x@y.test', '{a@b.test,c@d.test}' from subscriptions on conflict do nothing`)
  await db.execute(sql`insert into ftp_logins (subscription_id, name, password_hash)
    select id, "system_user" || '_ftp', 'x' from subscriptions on conflict do nothing`)
  await db.execute(sql`insert into databases (subscription_id, name, bytes)
    select id, "system_user" || '_db', 1048576 from subscriptions on conflict do nothing`)
  await db.execute(sql`analyze`)
}
