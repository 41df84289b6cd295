-- People look for names as they read them, which are kept as A-labels: `büch` finds xn--bcher-kva.
-- Both spellings stand where searches look. RFC 3492; what is not as it should be stays as it is.
create function both_spellings(names text) returns text
language plpgsql immutable strict parallel safe as $$
declare
  told text := names;
  label text;
  code text;
  plain text;
  n bigint; i bigint; started bigint; weight bigint; bias bigint; k bigint; t bigint; digit bigint; many bigint; delta bigint;
begin
  if strpos(names, 'xn--') = 0 then
    return names;
  end if;
  for label in select found[1] from regexp_matches(names, '(?:^|[\n.@])(xn--[a-z0-9-]+)', 'g') as found loop
    begin
      code := substr(label, 5);
      plain := coalesce(substring(code from '^(.*)-'), '');
      code := substring(code from '[^-]*$');
      n := 128; i := 0; bias := 72;
      while code <> '' loop
        started := i; weight := 1; k := 36;
        loop
          if code !~ '^[a-z0-9]' then
            raise exception 'not a label';
          end if;
          digit := strpos('abcdefghijklmnopqrstuvwxyz0123456789', left(code, 1)) - 1;
          code := substr(code, 2);
          i := i + digit * weight;
          t := greatest(1, least(26, k - bias));
          exit when digit < t;
          weight := weight * (36 - t);
          k := k + 36;
        end loop;
        many := length(plain) + 1;
        delta := (i - started) / (case when started = 0 then 700 else 2 end);
        delta := delta + delta / many;
        k := 0;
        while delta > 455 loop
          delta := delta / 35;
          k := k + 36;
        end loop;
        bias := k + 36 * delta / (delta + 38);
        n := n + i / many;
        i := i % many;
        plain := left(plain, i::integer) || chr(n::integer) || substr(plain, i::integer + 1);
        i := i + 1;
      end loop;
      told := replace(told, label, plain);
    exception when others then
      null;
    end;
  end loop;
  return names || E'\n' || told;
end $$;
--> statement-breakpoint
create or replace function keep_subscription_words(subscription bigint) returns void language sql as $$
  insert into subscription_words (subscription_id, account_id, words)
  select id, account_id, both_spellings(concat_ws(E'\n', domain, "system_user",
    (select string_agg(name, E'\n' order by id) from domains where subscription_id = subscriptions.id and kind <> 'main')))
  from subscriptions where id = subscription
  on conflict (subscription_id) do update set account_id = excluded.account_id, words = excluded.words
$$;
--> statement-breakpoint
update subscription_words set words = both_spellings(words) where words like '%xn--%';
--> statement-breakpoint
do $$
begin
  create index domains_trigrams on domains using gin (both_spellings(name) gin_trgm_ops);
  create index mailboxes_trigrams on mailboxes using gin (both_spellings(local || '@' || domain) gin_trgm_ops);
  create index mailing_lists_trigrams on mailing_lists using gin (both_spellings(local || '@' || domain) gin_trgm_ops);
  create index ftp_logins_trigrams on ftp_logins using gin (name gin_trgm_ops);
  create index databases_trigrams on databases using gin (name gin_trgm_ops);
exception when others then
  raise notice 'searches have no index: %', sqlerrm;
end $$;
--> statement-breakpoint
-- Whether more was measured than the values allow (R-22, S-61, S-66), for lists to ask.
create function goes_beyond(wanted jsonb, property text, used bigint) returns boolean
language sql immutable parallel safe as $$
  select coalesce(jsonb_typeof(wanted -> property) = 'number' and used > (wanted ->> property)::numeric, false)
$$;
--> statement-breakpoint
create function measured_was_judged() returns trigger language plpgsql as $$
begin
  select goes_beyond("values", 'disk', new.disk) or goes_beyond("values", 'traffic', new.traffic)
    into new.over from subscriptions where id = new.subscription_id;
  new.over := coalesce(new.over, false);
  return new;
end $$;
--> statement-breakpoint
create trigger measured_was_judged before insert or update on measured
  for each row execute function measured_was_judged();
--> statement-breakpoint
create function measured_is_judged_anew() returns trigger language plpgsql as $$
begin
  update measured set over = not over where subscription_id = new.id and over is distinct from
    (goes_beyond(new."values", 'disk', disk) or goes_beyond(new."values", 'traffic', traffic));
  return null;
end $$;
--> statement-breakpoint
create trigger measured_is_judged_anew after update on subscriptions
  for each row when ((old."values" -> 'disk', old."values" -> 'traffic')
    is distinct from (new."values" -> 'disk', new."values" -> 'traffic'))
  execute function measured_is_judged_anew();
--> statement-breakpoint
update measured set at = at;
