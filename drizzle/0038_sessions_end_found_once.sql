-- Which accounts they are is found out once, not once for each session.
create or replace function sessions_end_with_suspension() returns trigger language plpgsql as $$
begin
  execute 'with ended as materialized (
    select new_rows.id from new_rows join old_rows on old_rows.id = new_rows.id
    where (new_rows.suspended and not old_rows.suspended)
      or (new_rows.removing and not old_rows.removing)
      or new_rows.kind <> old_rows.kind
  )
  delete from sessions using logins
  where logins.id = sessions.login_id and sessions.parent is null
    and logins.account_id in (select id from ended)';
  return null;
end $$;
