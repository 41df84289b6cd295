-- Planned anew each time: a plan that plpgsql made for a change of one account and kept compares each of
-- ten thousand with each; suspending 2,000 took seven seconds wherever one had been changed before.
create or replace function sessions_end_with_suspension() returns trigger language plpgsql as $$
begin
  execute 'delete from sessions where login_id in (
    select logins.id from logins
    join new_rows on new_rows.id = logins.account_id
    join old_rows on old_rows.id = new_rows.id
    where (new_rows.suspended and not old_rows.suspended)
      or (new_rows.removing and not old_rows.removing)
      or new_rows.kind <> old_rows.kind
  ) and parent is null';
  return null;
end $$;
