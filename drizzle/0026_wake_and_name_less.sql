-- Who writes thousands of entries names the provider in its own statement; a trigger asks for each.
drop trigger audit_names_provider on audit_entries;
--> statement-breakpoint
create trigger audit_names_provider before insert on audit_entries
  for each row when (new.account_id is not null and new.provider_id is null)
  execute function audit_names_provider();
--> statement-breakpoint
-- One that waited already, and not for longer, has woken somebody: ten thousand need not do so again.
drop trigger jobs_wake_again on jobs;
--> statement-breakpoint
create trigger jobs_wake_again after update of state, run_at on jobs
  for each row when (new.state = 'waiting' and new.run_at <= now()
    and (old.state <> 'waiting' or old.run_at > new.run_at))
  execute function jobs_wake();
