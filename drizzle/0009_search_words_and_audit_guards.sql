-- What searches look at (accountWords, subscriptionWords), and the guards of the audit trail.

-- Trigrams find a part of a word by an index. Postgres brings them as a trusted extension; where a
-- server was installed without them, lists can be searched all the same, only slower.
do $$
begin
  create extension if not exists pg_trgm;
  create index account_words_trigrams on account_words using gin (words gin_trgm_ops);
  create index subscription_words_trigrams on subscription_words using gin (words gin_trgm_ops);
exception when others then
  raise notice 'searches have no index: %', sqlerrm;
end $$;
--> statement-breakpoint
create function keep_account_words(account bigint) returns void language sql as $$
  insert into account_words (account_id, words)
  select id, lower(concat_ws(E'\n', name, company, email,
    (select string_agg(logins.name, E'\n' order by logins.id) from logins where account_id = accounts.id)))
  from accounts where id = account
  on conflict (account_id) do update set words = excluded.words
$$;
--> statement-breakpoint
create function keep_subscription_words(subscription bigint) returns void language sql as $$
  insert into subscription_words (subscription_id, account_id, words)
  select id, account_id, concat_ws(E'\n', domain, "system_user",
    (select string_agg(name, E'\n' order by id) from domains where subscription_id = subscriptions.id and kind <> 'main'))
  from subscriptions where id = subscription
  on conflict (subscription_id) do update set account_id = excluded.account_id, words = excluded.words
$$;
--> statement-breakpoint
create function account_words_changed() returns trigger language plpgsql as $$
begin
  perform keep_account_words(new.id);
  return null;
end $$;
--> statement-breakpoint
create function login_words_changed() returns trigger language plpgsql as $$
begin
  perform keep_account_words(coalesce(new.account_id, old.account_id));
  return null;
end $$;
--> statement-breakpoint
create function subscription_words_changed() returns trigger language plpgsql as $$
begin
  perform keep_subscription_words(new.id);
  return null;
end $$;
--> statement-breakpoint
create function domain_words_changed() returns trigger language plpgsql as $$
begin
  perform keep_subscription_words(coalesce(new.subscription_id, old.subscription_id));
  return null;
end $$;
--> statement-breakpoint
create trigger account_words_new after insert on accounts
  for each row execute function account_words_changed();
--> statement-breakpoint
create trigger account_words_changed after update on accounts
  for each row when ((old.name, old.company, old.email) is distinct from (new.name, new.company, new.email))
  execute function account_words_changed();
--> statement-breakpoint
create trigger login_words_new after insert or delete on logins
  for each row execute function login_words_changed();
--> statement-breakpoint
create trigger login_words_changed after update on logins
  for each row when (old.name is distinct from new.name) execute function login_words_changed();
--> statement-breakpoint
create trigger subscription_words_new after insert on subscriptions
  for each row execute function subscription_words_changed();
--> statement-breakpoint
create trigger subscription_words_changed after update on subscriptions
  for each row when ((old.account_id, old.domain, old."system_user") is distinct from (new.account_id, new.domain, new."system_user"))
  execute function subscription_words_changed();
--> statement-breakpoint
-- The main domain is the subscription's own name, which stands there already.
create trigger domain_words_new after insert on domains
  for each row when (new.kind <> 'main') execute function domain_words_changed();
--> statement-breakpoint
create trigger domain_words_gone after delete on domains
  for each row when (old.kind <> 'main') execute function domain_words_changed();
--> statement-breakpoint
create trigger domain_words_changed after update on domains
  for each row when ((old.name, old.kind) is distinct from (new.name, new.kind))
  execute function domain_words_changed();
--> statement-breakpoint
select keep_account_words(id) from accounts;
--> statement-breakpoint
select keep_subscription_words(id) from subscriptions;
--> statement-breakpoint
drop trigger audit_append_only on audit_entries;
--> statement-breakpoint
create trigger audit_append_only before update or truncate on audit_entries
  for each statement execute function audit_is_append_only();
--> statement-breakpoint
-- There is no way around it that a program could take by mistake: what is younger than the setting
-- says stays, whoever asks. Without the setting all of it stays.
create function audit_is_kept() returns trigger language plpgsql as $$
declare
  kept_days integer := (select (value #>> '{}')::integer from settings where account_id = 0 and name = 'auditDays');
begin
  if coalesce(kept_days, 0) = 0 or old.at > now() - make_interval(days => kept_days) then
    raise exception 'audit entries are never changed or removed';
  end if;
  return old;
end $$;
--> statement-breakpoint
create trigger audit_is_kept before delete on audit_entries
  for each row execute function audit_is_kept();
