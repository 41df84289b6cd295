CREATE TABLE "sales" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sales_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"seller_id" bigint NOT NULL,
	"sold_values_id" bigint,
	"count" integer NOT NULL,
	"summed" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sold_values" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sold_values_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"values" jsonb NOT NULL,
	"unused_since" timestamp with time zone
);
--> statement-breakpoint
CREATE INDEX "sales_seller_id_index" ON "sales" USING btree ("seller_id");--> statement-breakpoint
CREATE INDEX "sales_sold_values_id_index" ON "sales" USING btree ("sold_values_id");--> statement-breakpoint
CREATE INDEX "sales_to_sum" ON "sales" USING btree ("id") WHERE not summed;--> statement-breakpoint
CREATE UNIQUE INDEX "sales_summed" ON "sales" USING btree ("seller_id",coalesce(sold_values_id, 0)) WHERE summed;--> statement-breakpoint
CREATE INDEX "sold_values_by_hash" ON "sold_values" USING btree (jsonb_hash_extended("values", 0));--> statement-breakpoint
CREATE INDEX "sold_values_unused" ON "sold_values" USING btree ("unused_since") WHERE unused_since is not null;--> statement-breakpoint
-- Where these values stand, which are written down if they do not.
create function sold_values_of(sold jsonb) returns bigint language plpgsql as $$
declare found bigint;
begin
  select id into found from sold_values
  where jsonb_hash_extended("values", 0) = jsonb_hash_extended(sold, 0) and "values" = sold
    and unused_since is null
  limit 1;
  if found is null then
    insert into sold_values ("values") values (sold) returning id into found;
  end if;
  return found;
end $$;
--> statement-breakpoint
-- These are sold as they are now, or with -1: no more. Who changes thousands asks for both. To sort
-- thousands of values takes three times as long as to hash them, and the planner expects ten.
create function sales_follow(ids bigint[], sign integer) returns void language sql set enable_sort = off as $$
  insert into sales (seller_id, sold_values_id, count)
  select seller_id, sold_values_of("values"), sign * count(*) from subscriptions
  where id = any(ids) and not removing group by seller_id, "values";
$$;
--> statement-breakpoint
-- For databases that were filled while no trigger looked.
create function sales_counted_anew() returns void language sql as $$
  delete from sales;
  insert into sales (seller_id, sold_values_id, count, summed)
  select seller_id, sold_values_of("values"), count(*), true from subscriptions
  where not removing group by seller_id, "values"
  union all select provider_id, null, count(*), true from accounts
  where provider_id is not null and not removing group by provider_id;
$$;
--> statement-breakpoint
create function sales_made() returns trigger language plpgsql set enable_sort = off as $$
begin
  insert into sales (seller_id, sold_values_id, count)
  select seller_id, sold_values_of("values"), count(*) from new_rows
  where not removing group by seller_id, "values";
  return null;
end $$;
--> statement-breakpoint
create trigger sales_made after insert on subscriptions referencing new table as new_rows
  for each statement execute function sales_made();
--> statement-breakpoint
create function sales_gone() returns trigger language plpgsql set enable_sort = off as $$
begin
  insert into sales (seller_id, sold_values_id, count)
  select seller_id, sold_values_of("values"), -count(*) from old_rows
  where not removing group by seller_id, "values";
  return null;
end $$;
--> statement-breakpoint
create trigger sales_gone after delete on subscriptions referencing old table as old_rows
  for each statement execute function sales_gone();
--> statement-breakpoint
create function sales_changed() returns trigger language plpgsql as $$
begin
  if not old.removing then
    insert into sales (seller_id, sold_values_id, count)
    values (old.seller_id, sold_values_of(old."values"), -1);
  end if;
  if not new.removing then
    insert into sales (seller_id, sold_values_id, count)
    values (new.seller_id, sold_values_of(new."values"), 1);
  end if;
  return null;
end $$;
--> statement-breakpoint
-- For each row: to keep old and new ones for one statement costs every change a fifth more.
create trigger sales_changed after update on subscriptions
  for each row when (
    row(old.seller_id, old.removing, old."values")::record *<> row(new.seller_id, new.removing, new."values")::record
    and coalesce(current_setting('innkeeper.follow', true), '') <> 'together')
  execute function sales_changed();
--> statement-breakpoint
create function customers_made() returns trigger language plpgsql as $$
begin
  insert into sales (seller_id, count) select provider_id, count(*) from new_rows
  where provider_id is not null and not removing group by provider_id;
  return null;
end $$;
--> statement-breakpoint
create trigger customers_made after insert on accounts referencing new table as new_rows
  for each statement execute function customers_made();
--> statement-breakpoint
create function customers_gone() returns trigger language plpgsql as $$
begin
  insert into sales (seller_id, count) select provider_id, -count(*) from old_rows
  where provider_id is not null and not removing group by provider_id;
  return null;
end $$;
--> statement-breakpoint
create trigger customers_gone after delete on accounts referencing old table as old_rows
  for each statement execute function customers_gone();
--> statement-breakpoint
create function customers_changed() returns trigger language plpgsql as $$
begin
  insert into sales (seller_id, count)
  select provider_id, sum(one) from (
    select provider_id, 1 as one from new_rows where not removing
    union all select provider_id, -1 from old_rows where not removing
  ) as line
  where provider_id is not null group by provider_id having sum(one) <> 0;
  return null;
end $$;
--> statement-breakpoint
create trigger customers_changed after update on accounts
  referencing old table as old_rows new table as new_rows
  for each statement execute function customers_changed();
--> statement-breakpoint
-- As before, with what was sold following together. Planned each time, see 0039.
create or replace function subscriptions_follow_seller() returns trigger language plpgsql as $$
declare ids bigint[];
begin
  if exists (select id, kind, provider_id from new_rows except select id, kind, provider_id from old_rows) then
    execute 'select array_agg(subscriptions.id) from subscriptions join new_rows on account_id = new_rows.id
      where seller_id <> seller_of(new_rows.kind, new_rows.provider_id, new_rows.id)' into ids;
    perform set_config('innkeeper.follow', 'together', true), sales_follow(ids, -1);
    update subscriptions set seller_id = seller_of(kind, provider_id, accounts.id)
    from accounts where subscriptions.id = any(ids) and accounts.id = account_id;
    perform set_config('innkeeper.follow', '', true), sales_follow(ids, 1);
  end if;
  return null;
end $$;
--> statement-breakpoint
-- Limits and sales follow together.
drop trigger limits_follow_values on subscriptions;
--> statement-breakpoint
create trigger limits_follow_values after update on subscriptions
  for each row when (
    row(old."values")::record *<> row(new."values")::record
    and coalesce(current_setting('innkeeper.follow', true), '') <> 'together'
    and (old."values" -> 'disk', old."values" -> 'traffic', old."values" -> 'overuseNotice')
      is distinct from (new."values" -> 'disk', new."values" -> 'traffic', new."values" -> 'overuseNotice'))
  execute function limits_follow_values();
--> statement-breakpoint
select sales_counted_anew();
