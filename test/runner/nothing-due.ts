import { sql } from 'drizzle-orm'
import type { Database } from '../../src/db/database.ts'

/** Whatever a subscription comes to have in its time, where no task has anything to do about it. */
export async function nothingDue(db: Database) {
  const without = (table: string) =>
    sql`from subscriptions where not exists (select from ${sql.identifier(table)} where subscription_id = subscriptions.id)`
  for (const made of [
    sql`update subscriptions set expires_on = current_date + 90 + id::integer % 300 where expires_on is null`,
    sql`insert into measured (subscription_id, disk, traffic) select id, 1000, 300 ${without('measured')}`,
    sql`insert into usage_months (subscription_id, month, web, ftp, mail, counter)
      select id, to_char(now() - make_interval(months => n), 'YYYY-MM'), 100, 100, 100, 'a'
      from (select id ${without('usage_months')}) as fresh, generate_series(0, 2) as n`,
    sql`insert into notices (subscription_id, kind, about) select id, 'expiry', 'long ago' ${without('notices')}`,
    sql`insert into suspensions (subscription_id, reason, author_name)
      select id, 'customer', 'x' ${without('suspensions')} and id % 5 = 0`,
    sql`insert into certificates (domain_id, source, due_at)
      select id, 'fetched', now() + interval '1 month' from domains where kind = 'main' on conflict do nothing`,
    sql`insert into audit_entries (at, action, actor_name, account_id, object_kind, object_id)
      select now() - make_interval(days => id::integer % 300), 'subscription.created', 'x', account_id, 'subscription', id
      from subscriptions where not exists (select from audit_entries where object_id = subscriptions.id)`,
    sql`insert into batches (kind, title, account_id, actor_name, count, created_at)
      select 'x', 'x', id, 'x', 1, now() - make_interval(days => id::integer % 29)
      from accounts where not exists (select from batches where account_id = accounts.id)`,
    sql`insert into batch_items (batch_id, object_id, name)
      select id, id, 'x' from batches on conflict do nothing`,
    sql`insert into former_subscriptions (batch_id, subscription_id, object_id, locked, add_ons, overrides, version)
      select id, id, id, false, '{}', '[]', 1 from batches on conflict do nothing`,
    sql`insert into finished_jobs (id, kind, key, payload, state, finished_at, account_id, subscription_id)
      select id, 'x', id, '{}', 'done', now() - make_interval(days => id::integer % 29), account_id, id
      ${without('finished_jobs')} order by id % 29 desc`,
    sql`insert into job_runs (job_id, run, runner, started_at, outcome)
      select id, 1, gen_random_uuid(), now(), 'failed' from finished_jobs on conflict do nothing`,
    sql`insert into job_steps (job_id, run, number, name, place, milliseconds)
      select id, 1, 1, 'x', 'x', 1 from finished_jobs on conflict do nothing`,
    sql`insert into messages (state, account_id, to_address, to_name, template, good_until, actor_name, created_at, sent_at)
      select 'sent', id, 'x@y.test', 'x', 'welcome', now() - interval '1 month', 'x', now() - interval '1 month', now()
      from accounts where not exists (select from messages where account_id = accounts.id)`,
    sql`insert into sealed_secrets (purpose, object_id, sealed, expires_at)
      select 'credentials', id, 'x', now() + interval '1 hour' from subscriptions
      where not exists (select from sealed_secrets where object_id = subscriptions.id)`,
    sql`insert into sessions (id, login_id, expires_at)
      select id, id, now() + interval '1 hour' from logins on conflict do nothing`,
    sql`insert into password_links (id, login_id, made_for, expires_at)
      select id, id, 'x', now() + interval '1 hour' from logins on conflict do nothing`,
    sql`insert into submissions (id) select id from subscriptions on conflict do nothing`,
    sql`insert into selections (login_id, of, ids, missing) select id, 'account', '{}', 0
      from logins where not exists (select from selections where login_id = logins.id)`,
    sql`insert into imports (login_id, lines, unread, welcome) select id, '[]', '{}', false
      from logins where not exists (select from imports where login_id = logins.id)`,
  ]) {
    await db.execute(made)
  }
}
