-- What the schema files cannot say. Kept by hand.

-- The trail is append-only (F-125).
create function audit_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'audit entries are never changed or removed';
end $$;
--> statement-breakpoint
create trigger audit_append_only before update or delete on audit_entries
  for each statement execute function audit_is_append_only();
--> statement-breakpoint
-- Counters of tries need not survive a crash, and must not cost a flush each.
alter table attempts set unlogged;
--> statement-breakpoint
-- Wakes idle runners; polling catches what this misses.
create function jobs_wake() returns trigger language plpgsql as $$
begin
  perform pg_notify('jobs_waiting', '');
  return null;
end $$;
--> statement-breakpoint
create trigger jobs_wake after insert or update of state, run_at on jobs
  for each statement execute function jobs_wake();
--> statement-breakpoint
-- The queue lives from dead rows being swept at once (stack.md §4).
alter table jobs set (
  fillfactor = 90,
  autovacuum_vacuum_scale_factor = 0.0,
  autovacuum_vacuum_threshold = 10000,
  autovacuum_vacuum_cost_delay = 0
);
