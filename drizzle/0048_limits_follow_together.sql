-- What was measured of these is judged anew, by the trigger of `measured`, and their running month has
-- today's limit (R-13), in the calendar of who sells them.
create function limits_follow(ids bigint[]) returns void language sql as $$
  update measured set over = not over from subscriptions sold
  where sold.id = any(ids) and subscription_id = sold.id and (over, near) is distinct from
    (goes_beyond("values", 'disk', disk) or goes_beyond("values", 'traffic', traffic),
      comes_near("values", 'disk', disk) or comes_near("values", 'traffic', traffic));
  with running as (
    select sold.id,
      case jsonb_typeof("values" -> 'traffic') when 'number' then ("values" ->> 'traffic')::bigint end as allowed,
      to_char(now() at time zone coalesce(time_zone,
        (select value #>> '{}' from settings where account_id = 0 and name = 'timeZone'), 'UTC'), 'YYYY-MM') as month
    from subscriptions sold join accounts on accounts.id = seller_id where sold.id = any(ids)
  )
  update usage_months known set allowed = running.allowed from running
  where subscription_id = running.id and known.month = running.month
    and known.allowed is distinct from running.allowed;
$$;
--> statement-breakpoint
create or replace function limits_follow_values() returns trigger language plpgsql as $$
begin
  perform limits_follow(array[new.id]);
  return null;
end $$;
--> statement-breakpoint
drop trigger limits_follow_values on subscriptions;
--> statement-breakpoint
-- Bytes are compared first, for most changes leave the values alone. Who changes thousands says so, and
-- has their limits follow by one statement.
create trigger limits_follow_values after update on subscriptions
  for each row when (
    row(old."values")::record *<> row(new."values")::record
    and coalesce(current_setting('innkeeper.limits', true), '') <> 'together'
    and (old."values" -> 'disk', old."values" -> 'traffic', old."values" -> 'overuseNotice')
      is distinct from (new."values" -> 'disk', new."values" -> 'traffic', new."values" -> 'overuseNotice'))
  execute function limits_follow_values();
