-- Sessions end with a suspension or a change of role, whichever way that comes about: they must not
-- live on when it is lifted (F-92, design §9).
create function sessions_end_with_suspension() returns trigger language plpgsql as $$
begin
  delete from sessions where login_id in (
    select logins.id from logins
    join new_rows on new_rows.id = logins.account_id
    join old_rows on old_rows.id = new_rows.id
    where (new_rows.suspended and not old_rows.suspended)
      or (new_rows.removing and not old_rows.removing)
      or new_rows.kind <> old_rows.kind
  ) and parent is null;
  return null;
end $$;
--> statement-breakpoint
create trigger accounts_end_sessions after update on accounts
  referencing old table as old_rows new table as new_rows
  for each statement execute function sessions_end_with_suspension();
--> statement-breakpoint
create function sessions_end_with_role() returns trigger language plpgsql as $$
begin
  delete from sessions where login_id = new.id or impersonator_login_id = new.id;
  return null;
end $$;
--> statement-breakpoint
create trigger logins_end_sessions after update of role on logins
  for each row when (new.role <> old.role) execute function sessions_end_with_role();
