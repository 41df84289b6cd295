CREATE TABLE "settled_months" (
	"account_id" bigint PRIMARY KEY NOT NULL,
	"month" text NOT NULL
);
--> statement-breakpoint
DROP INDEX "finished_jobs_by_time";--> statement-breakpoint
DROP INDEX "messages_with_secrets";--> statement-breakpoint
ALTER TABLE "measured" ADD COLUMN "near" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "settled_months" ADD CONSTRAINT "settled_months_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "batches_created_at_index" ON "batches" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "notices_over_limit" ON "notices" USING btree ("about","subscription_id") WHERE kind = 'over limit';--> statement-breakpoint
CREATE INDEX "measured_near" ON "measured" USING btree ("subscription_id") WHERE near;--> statement-breakpoint
CREATE INDEX "suspensions_over_limit" ON "suspensions" USING btree ("subscription_id") WHERE reason = 'over limit';--> statement-breakpoint
CREATE INDEX "finished_jobs_by_time" ON "finished_jobs" USING btree ("finished_at");--> statement-breakpoint
CREATE INDEX "messages_with_secrets" ON "messages" USING btree ("good_until") WHERE sealed is not null;--> statement-breakpoint
-- Whether more was measured than its customer is told of (R-22), for a task to ask that has to find them.
create function comes_near(wanted jsonb, property text, used bigint) returns boolean
language sql immutable parallel safe as $$
  select goes_beyond(wanted, property, used) or coalesce(
    case jsonb_typeof(wanted -> property) when 'number' then (wanted ->> property)::numeric > 0 and
      used >= (wanted ->> property)::numeric * coalesce((wanted ->> 'overuseNotice')::numeric, 100) / 100 end, false)
$$;
--> statement-breakpoint
create or replace function measured_was_judged() returns trigger language plpgsql as $$
begin
  select goes_beyond("values", 'disk', new.disk) or goes_beyond("values", 'traffic', new.traffic),
      comes_near("values", 'disk', new.disk) or comes_near("values", 'traffic', new.traffic)
    into new.over, new.near from subscriptions where id = new.subscription_id;
  new.over := coalesce(new.over, false);
  new.near := coalesce(new.near, false);
  return new;
end $$;
--> statement-breakpoint
drop trigger measured_is_judged_anew on subscriptions;
--> statement-breakpoint
drop function measured_is_judged_anew;
--> statement-breakpoint
-- What was measured is judged anew, by the trigger of `measured`, and the running month has today's
-- limit (R-13), in the calendar of who sells it.
create function limits_follow_values() returns trigger language plpgsql as $$
begin
  update measured set over = not over where subscription_id = new.id and (over, near) is distinct from
    (goes_beyond(new."values", 'disk', disk) or goes_beyond(new."values", 'traffic', traffic),
      comes_near(new."values", 'disk', disk) or comes_near(new."values", 'traffic', traffic));
  if old."values" -> 'traffic' is distinct from new."values" -> 'traffic' then
    update usage_months set allowed =
      case jsonb_typeof(new."values" -> 'traffic') when 'number' then (new."values" ->> 'traffic')::bigint end
    where subscription_id = new.id and month = (
      select to_char(now() at time zone coalesce(time_zone,
        (select value #>> '{}' from settings where account_id = 0 and name = 'timeZone'), 'UTC'), 'YYYY-MM')
      from accounts where id = new.seller_id);
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger limits_follow_values after update on subscriptions
  for each row when ((old."values" -> 'disk', old."values" -> 'traffic', old."values" -> 'overuseNotice')
    is distinct from (new."values" -> 'disk', new."values" -> 'traffic', new."values" -> 'overuseNotice'))
  execute function limits_follow_values();
--> statement-breakpoint
update measured set at = at;
