import { eq, sql } from 'drizzle-orm'
import { accounts, logins } from '../../src/accounts/schema.ts'
import type { Database } from '../../src/db/database.ts'
import { hosts } from '../../src/hosts/schema.ts'
import { initialValues } from '../../src/plans/catalogue.ts'
import { plans } from '../../src/plans/schema.ts'

/**
 * 100,000 accounts, of which one reseller has 20,000, with three subscriptions each. The triggers that
 * keep the words of searches and whose list it is are left out and done in one statement, which is what takes long.
 */
export async function sold(db: Database) {
  const [admin] = await db.select().from(accounts).where(eq(accounts.kind, 'admin'))
  const [host] = await db.select().from(hosts)
  const values = initialValues()
  const [plan] = await db
    .insert(plans)
    .values({ ownerId: admin!.id, kind: 'service', name: 'Bench', values })
    .returning()
  await db.transaction(async (tx) => {
    await tx.execute(sql`set local session_replication_role = replica`)
    await tx.execute(sql`set local statement_timeout = 0`)
    await tx.execute(sql`
      insert into accounts (kind, provider_id, name, email)
      select 'reseller', ${admin!.id}, 'Reseller ' || n, 'r' || n || '@example.org' from generate_series(1, 50) as n`)
    await tx.execute(sql`
      insert into accounts (kind, provider_id, name, company, email, suspended, created_at)
      select 'customer', case when n <= 20000 then r.first else r.first + n % 50 end,
        initcap(translate(substr(md5(n::text), 1, 6), '0123456789', 'aeiourstln')) || ' ' ||
          initcap(translate(substr(md5((n % 9973)::text), 7, 8), '0123456789', 'aeiourstln')),
        case when n % 3 = 0 then initcap(translate(substr(md5(n::text), 15, 9), '0123456789', 'aeiourstln')) || ' GmbH' else '' end,
        'mail' || n || '@' || substr(md5(n::text), 20, 8) || '.example', n % 40 = 0, now() - n * interval '10 minutes'
      from generate_series(1, 99950) as n, (select min(id) as first from accounts where kind = 'reseller') as r`)
    await tx.execute(sql`
      insert into logins (account_id, name, password_hash) select id, 'login' || id, 'none' from accounts
      where id <> ${admin!.id}`)
    await tx.execute(sql`
      insert into subscriptions (account_id, seller_id, plan_id, host_id, domain, "system_user", uid, password_hash,
        values, suspended, applied_generation)
      select accounts.id, provider_id, ${plan!.id}, ${host!.id},
        translate(substr(md5(accounts.id::text || n), 1, 10), '0123456789', 'aeiourstln') || accounts.id || n || '.example',
        'u' || accounts.id || 'n' || n, nextval('system_uids'), 'none', ${JSON.stringify(values)}::text::jsonb, suspended, 1
      from accounts, generate_series(1, 3) as n where kind = 'customer'`)
    await tx.execute(sql`
      insert into account_words select accounts.id, lower(concat_ws(chr(10), accounts.name, company, accounts.email, logins.name))
      from accounts join logins on logins.account_id = accounts.id on conflict do nothing`)
    await tx.execute(sql`
      insert into subscription_words select id, account_id, concat_ws(chr(10), domain, "system_user") from subscriptions`)
    await tx.execute(sql`select sales_counted_anew()`)
  })
  for (const table of [
    'accounts',
    'logins',
    'subscriptions',
    'account_words',
    'subscription_words',
  ]) {
    await db.execute(sql.raw(`vacuum analyze ${table}`))
  }
  const [reseller] = await db
    .select({ login: logins.id, account: accounts.id })
    .from(accounts)
    .innerJoin(logins, eq(logins.accountId, accounts.id))
    .where(eq(accounts.name, 'Reseller 1'))
  const [boss] = await db.select().from(logins).where(eq(logins.accountId, admin!.id))
  const [sample] = await db.execute<{ name: string; domain: string }>(
    sql`select name, domain from accounts join subscriptions on account_id = accounts.id order by accounts.id desc limit 1`,
  )
  return { admin: boss!.id, reseller: reseller!, sample: sample! }
}
