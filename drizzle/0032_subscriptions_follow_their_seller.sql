-- Whose list a subscription stands in follows from its account, whichever way that changes.
create function seller_of(kind account_kind, provider_id bigint, id bigint) returns bigint
language sql immutable as $$
  select coalesce(case when kind = 'customer' then provider_id end, id)
$$;
--> statement-breakpoint
create function subscription_has_seller() returns trigger language plpgsql as $$
begin
  new.seller_id := (select seller_of(kind, provider_id, id) from accounts where id = new.account_id);
  return new;
end $$;
--> statement-breakpoint
create trigger subscription_has_seller before insert or update of account_id on subscriptions
  for each row execute function subscription_has_seller();
--> statement-breakpoint
create function subscriptions_follow_seller() returns trigger language plpgsql as $$
begin
  if exists (
    select from new_rows join old_rows on old_rows.id = new_rows.id
    where (new_rows.kind, new_rows.provider_id) is distinct from (old_rows.kind, old_rows.provider_id)
  ) then
    update subscriptions set seller_id = seller_of(new_rows.kind, new_rows.provider_id, new_rows.id)
    from new_rows where subscriptions.account_id = new_rows.id
      and seller_id <> seller_of(new_rows.kind, new_rows.provider_id, new_rows.id);
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger subscriptions_follow_seller after update on accounts
  referencing old table as old_rows new table as new_rows
  for each statement execute function subscriptions_follow_seller();
--> statement-breakpoint
update subscriptions set seller_id = seller_of(kind, provider_id, accounts.id)
from accounts where accounts.id = account_id;
