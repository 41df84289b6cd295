import { type SQL, sql } from 'drizzle-orm'
import type { Database } from '../../src/db/database.ts'
import { initialValues } from '../../src/plans/catalogue.ts'
import type { Plan } from '../../src/plans/schema.ts'
import { sumUpSales } from '../../src/sales/summing.ts'
import { aPlan, type Someone, someone } from '../support/cast.ts'
import { makeWorld } from '../web/world.ts'
import { manyContents, manyCustomers } from './many.ts'

export type Much = Awaited<ReturnType<typeof muchWorld>>

/** The world of all pages, what it has none of, and a customer of Rita's who buys a lot. */
export async function muchWorld(db: Database) {
  const world = await makeWorld(db)
  const big = await someone(db, 'customer', 'big', world.rita.account.id)
  const addOn = await aPlan(db, world.rita.account, 'Bonus', {}, 'add-on')
  const values = initialValues('reseller')
  const dealer = await aPlan(db, world.ada.account, 'Dealer', values, 'reseller')
  // their page is full
  await sellers(db, world.ada, dealer, 60)
  return { ...world, big, addOn, dealer }
}

/** So many more of all that there may be many of, for everybody but Cato, whom others must not slow down. */
export async function growAll(db: Database, world: Much, each: number) {
  const { ada, rita, rolf, big, host, ritasGold } = world
  await manyCustomers(db, world, each)
  await db.execute(sql`
    insert into subscriptions (account_id, plan_id, host_id, domain, "system_user", uid, password_hash, values,
      applied_generation)
    select ${big.account.id}, ${ritasGold.id}, ${host.id}, 'big' || id || '.test', 'big' || id, id, 'none',
      ${JSON.stringify(ritasGold.values)}::text::jsonb, 1
    from (select nextval('system_uids') as id from ${numbers(each)}) as made`)
  await rarer(db, world, Math.ceil(each / 100))
  await happen(db, world, [ada, rita, rolf, big], each)
  await settle(db, world)
  await sumUpSales(db)
}

const numbers = (count: number) => sql`generate_series(1, ${count}::integer) as n`
/** Unlike any that was made before. */
const fresh = sql`replace(gen_random_uuid()::text, '-', '')`

const sellers = (db: Database, { account }: Someone, { id, values }: Plan, count: number) =>
  db.execute(sql`
    with made as (
      insert into accounts (kind, provider_id, name, email)
      select 'reseller', ${account.id}, 'Seller ' || ${fresh}, 'r@example.org' from ${numbers(count)} returning id
    ), entered as (
      insert into logins (account_id, name, password_hash) select id, 'r' || id, 'none' from made
    )
    insert into resellers (account_id, plan_id, values)
    select id, ${id}, ${JSON.stringify(values)}::text::jsonb from made`)

/** There are hundreds of hosts, resellers and plans where there are 100,000 accounts. */
async function rarer(
  db: Database,
  { ada, rita, rolf, host, dealer, ritasGold }: Much,
  count: number,
) {
  await sellers(db, ada, dealer, count)
  await db.execute(sql`insert into hosts (name, kind, state, facts)
    select ${fresh}, kind, state, facts from hosts, ${numbers(count)} where id = ${host.id}`)
  for (const { account } of [ada, rita, rolf])
    await db.execute(sql`insert into plans (owner_id, kind, name, values)
      select ${account.id}, kind::plan_kind, ${fresh}, ${JSON.stringify(ritasGold.values)}::text::jsonb
      from ${numbers(count)}, unnest(array['service', 'add-on']) as kind`)
}

/** What there is of each of these people, however many subscriptions they have. */
async function happen(db: Database, world: Much, people: Someone[], each: number) {
  const run = (statement: SQL) => db.execute(statement)
  const n = numbers(each)
  for (const { account, login } of people) {
    await run(sql`insert into visits (account_id, visitor_name, visitor_login)
      select ${account.id}, 'Ada', 'ada' from ${n}`)
    await run(sql`insert into sessions (id, login_id, visit_id, expires_at)
      select ${fresh}, ${world.cleo.login.id}, id, now() + interval '1 day' from visits where account_id = ${account.id}`)
    await run(sql`insert into audit_entries (at, action, actor_account_id, actor_login_id, actor_name,
        account_id, object_kind, object_id, object_name)
      select now() - n * interval '1 minute', 'account.suspended', ${account.id}, ${login.id}, ${login.name},
        ${account.id}, 'account', ${account.id}, ${account.name} from ${n}`)
    await run(sql`insert into messages (account_id, provider_id, to_address, to_name, template, actor_name, state, created_at)
      select ${account.id}, ${account.providerId ?? account.id}, 'x@y.test', 'X', 'welcome', 'ada', state::message_state,
        now() - n * interval '1 minute'
      from ${n}, unnest(array['waiting', 'sent', 'failed']) as state`)
    await run(sql`insert into selections (login_id, of, ids, missing)
      select ${login.id}, 'account', array[n], 0 from ${n}`)
    await run(sql`insert into imports (login_id, lines, unread, welcome)
      select ${login.id}, '[]', '{}', false from ${n}`)
    await run(sql`insert into batches (kind, title, account_id, actor_name, count)
      select 'plan.changed', 'Gold', ${account.id}, 'ada', 0 from ${n}`)
  }
  await run(sql`insert into plan_versions (plan_id, version, name, title, values, author_name)
    select plan_id, max(version) + n, 'Gold', '', ${JSON.stringify(world.ritasGold.values)}::text::jsonb, 'x'
    from plan_versions, ${n} where plan_id = ${world.ritasGold.id} group by plan_id, n`)
  await run(sql`insert into submissions (id) select ${fresh} from ${n}`)
  await run(sql`insert into attempts (key, count, since) select ${fresh}, 1, now() from ${n}`)
  await run(sql`insert into finished_jobs (id, kind, key, payload, host_id, place, state, finished_at)
    select coalesce(max(id), 1000000) + n, 'host.check', 'x', '{}', ${world.host.id}, ${world.host.id}, 'done', now()
    from finished_jobs, ${n} group by n`)
}

/** All that comes with a subscription, for those that have none of it yet. */
async function settle(db: Database, { rita, addOn, batch, chosen }: Much) {
  const run = (statement: SQL) => db.execute(statement)
  await manyContents(db)
  await run(sql`insert into certificates (domain_id, source, due_at)
    select id, 'uploaded', now() from domains on conflict do nothing`)
  await run(sql`insert into subscription_add_ons select id, ${addOn.id} from subscriptions
    where seller_id = ${rita.account.id} on conflict do nothing`)
  await run(sql`insert into measured (subscription_id, disk, home, web, mail, databases, traffic)
    select id, 4000 + id, 1000, 1000 + id, 1000, 1000, 5000 from subscriptions on conflict do nothing`)
  await run(sql`insert into usage_months (subscription_id, month, web, ftp, mail, counter)
    select id, month, id, 1, 1, 'x' from subscriptions, unnest(array['2026-09', '2026-10', '2026-11']) as month
    on conflict do nothing`)
  await run(sql`insert into conflicts (subscription_id, property, wanted, available, remedy)
    select id, property, '"on"', '"off"', 'Install it' from subscriptions, unnest(array['php', 'https']) as property
    on conflict do nothing`)
  await run(sql`update subscriptions set unsynced = true where not unsynced and id % 3 > 0`)
  await run(sql`insert into notices (subscription_id, kind, about)
    select id, 'over limit', 'disk 80' from subscriptions on conflict do nothing`)
  await run(sql`insert into jobs (kind, key, payload, host_id, place, account_id, subscription_id, state)
    select 'subscriptions.apply', state || id, '{}', host_id, host_id, account_id, id, state::job_state
    from subscriptions, unnest(array['waiting', 'parked']) as state where id % 3 = 0 on conflict do nothing`)
  await run(sql`insert into finished_jobs (id, kind, key, payload, host_id, place, account_id, subscription_id, batch_id,
      state, finished_at)
    select id, 'subscriptions.apply', id, '{}', host_id, host_id, account_id, id,
      case when seller_id = ${rita.account.id} then ${batch}::bigint end, 'done', now()
    from subscriptions on conflict do nothing`)
  await run(sql`insert into batch_items (batch_id, object_id, name)
    select ${batch}, id, domain from subscriptions where seller_id = ${rita.account.id} on conflict do nothing`)
  for (const [id, theirs] of [
    [chosen.accounts, sql`accounts where provider_id = ${rita.account.id}`],
    [chosen.subscriptions, sql`subscriptions where seller_id = ${rita.account.id}`],
  ] as const)
    await run(
      sql`update selections set ids = (select array_agg(id order by id) from ${theirs}) where id = ${id}`,
    )
  // As they would lie there if nothing had been changed afterwards.
  await run(sql`cluster subscriptions using subscriptions_pkey`)
  // As autovacuum does: an index says by itself what is there.
  await run(sql`vacuum analyze`)
  // Postgres plans as if each row stood for a hundred. Of a few thousand it would read all, for that is
  // cheap: what it does with hundreds of thousands is the question.
  await run(sql`update pg_class set reltuples = reltuples * 100
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'i') and reltuples > 1000`)
}
