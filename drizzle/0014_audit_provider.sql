create function audit_names_provider() returns trigger language plpgsql as $$
begin
  new.provider_id := (select provider_id from accounts where id = new.account_id);
  return new;
end $$;
--> statement-breakpoint
create trigger audit_names_provider before insert on audit_entries
  for each row when (new.account_id is not null) execute function audit_names_provider();
--> statement-breakpoint
alter table audit_entries disable trigger audit_append_only;
--> statement-breakpoint
update audit_entries set provider_id = accounts.provider_id from accounts where accounts.id = audit_entries.account_id;
--> statement-breakpoint
alter table audit_entries enable trigger audit_append_only;
