-- A plan made for one account is kept for ten thousand, where a join of both tables looks at each pair:
-- five seconds for a bulk suspension, which changes no seller. A difference of sets is hashed whatever
-- their size.
create or replace function subscriptions_follow_seller() returns trigger language plpgsql as $$
begin
  if exists (select id, kind, provider_id from new_rows except select id, kind, provider_id from old_rows) then
    update subscriptions set seller_id = seller_of(new_rows.kind, new_rows.provider_id, new_rows.id)
    from new_rows where subscriptions.account_id = new_rows.id
      and seller_id <> seller_of(new_rows.kind, new_rows.provider_id, new_rows.id);
  end if;
  return null;
end $$;
