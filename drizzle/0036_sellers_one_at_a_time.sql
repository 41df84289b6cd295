-- One account at a time: plpgsql keeps the plan that it made for its first statement, and one made for
-- a single account compares each of ten thousand with each.
drop trigger subscriptions_follow_seller on accounts;
--> statement-breakpoint
create or replace function subscriptions_follow_seller() returns trigger language plpgsql as $$
begin
  update subscriptions set seller_id = seller_of(new.kind, new.provider_id, new.id)
  where account_id = new.id and seller_id <> seller_of(new.kind, new.provider_id, new.id);
  return null;
end $$;
--> statement-breakpoint
create trigger subscriptions_follow_seller after update of kind, provider_id on accounts
  for each row when ((old.kind, old.provider_id) is distinct from (new.kind, new.provider_id))
  execute function subscriptions_follow_seller();
