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
create trigger jobs_wake_new after insert on jobs
  for each statement execute function jobs_wake();
--> statement-breakpoint
create trigger jobs_wake_again after update of state, run_at on jobs
  for each row when (new.state = 'waiting' and new.run_at <= now()) execute function jobs_wake();
--> statement-breakpoint
-- Hands waiting jobs to a runner: at the most `room` in all, `lane_room` of one kind on one host, and
-- none of the lanes (kind and host) it is at work in. A function, because what is running must be
-- counted by a second statement, which sees what the runner before us has claimed, while the lock is
-- held by the server alone: a runner that hangs cannot keep the others from claiming.
create function claim_jobs(
  runner uuid, lease_seconds integer, room integer, lane_room integer,
  busy_hosts bigint[], busy_kinds text[]
) returns setof jobs language plpgsql
-- Its plan is kept, and must not be one that suited an empty table.
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
begin
  -- Runners take turns, so that limits per host and "one run per key" are exact (F-143).
  perform pg_advisory_xact_lock(hashtext('innkeeper claim'));
  return query
  with recursive lanes as (
    (select coalesce(host_id, 0) as host, kind from jobs where state = 'waiting'
      order by coalesce(host_id, 0), kind limit 1)
    union all
    select next.host, next.kind from lanes cross join lateral (
      select coalesce(host_id, 0) as host, jobs.kind from jobs
        where state = 'waiting' and (coalesce(host_id, 0), jobs.kind) > (lanes.host, lanes.kind)
        order by coalesce(host_id, 0), jobs.kind limit 1) as next
  ),
  places as materialized (
    select host, ready, job_limit - (select count(*) from jobs as busy
      where busy.state = 'running' and coalesce(busy.host_id, 0) = host) as free
    from (
      -- One that was away is tried with a single job first.
      select id as host, case state when 'online' then job_limit else 1 end as job_limit,
        state in ('online', 'offline') and (retry_at is null or retry_at <= now()) as ready
      from hosts
      union all select 0, 50, true
    ) as place
  ),
  due as materialized (
    select job.*, places.host, places.free
    -- Setting a host up and testing it is for hosts that are not ready, too.
    from lanes join places on places.host = lanes.host and places.free > 0
      and (places.ready or lanes.kind like 'hosts.%')
    cross join lateral (
      select jobs.id, priority, run_at from jobs
      where state = 'waiting' and coalesce(host_id, 0) = lanes.host and jobs.kind = lanes.kind
        and run_at <= now()
        and not exists (select from jobs as same
          where same.state = 'running' and same.kind = jobs.kind and same.key = jobs.key)
      order by priority, run_at, jobs.id
      limit least(greatest(places.free, 0), lane_room)
      for update of jobs skip locked
    ) as job
    where not exists (select from unnest(busy_hosts, busy_kinds) as busy (host, kind)
      where busy.host = lanes.host and busy.kind = lanes.kind)
  ),
  ranked as materialized (
    select due.*, row_number() over (partition by host order by priority, run_at, id) as place
    from due
  ),
  -- Each host's first job comes before any host's second: a long queue holds up nobody else (F-164).
  chosen as materialized (
    select id from ranked where place <= free order by priority, place, run_at, id limit room
  )
  update jobs set
    state = 'running',
    locked_by = runner,
    lease = lease + 1,
    lease_until = clock_timestamp() + make_interval(secs => lease_seconds),
    started_at = clock_timestamp()
  from chosen where jobs.id = chosen.id
  returning jobs.*;
end $$;
--> statement-breakpoint
-- The queue lives from dead rows being swept at once (stack.md §4).
alter table jobs set (
  fillfactor = 90,
  autovacuum_vacuum_scale_factor = 0.0,
  autovacuum_vacuum_threshold = 10000,
  autovacuum_vacuum_cost_delay = 0
);
