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
  busy_places bigint[], busy_kinds text[]
) returns table (
  id bigint, kind text, payload jsonb, host_id bigint, place bigint, attempts smallint, lease integer,
  actor_name text
) language plpgsql
-- Its plan is kept, and must not be one that suited an empty table.
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
#variable_conflict use_column
begin
  -- Runners take turns, so that limits per host and "one run per key" are exact (F-143).
  perform pg_advisory_xact_lock(hashtext('innkeeper claim'));
  return query
  with recursive lanes as (
    (select place, kind from jobs where state = 'waiting' order by place, kind limit 1)
    union all
    select following.place, following.kind from lanes cross join lateral (
      select jobs.place, jobs.kind from jobs
      where state = 'waiting' and (jobs.place, jobs.kind) > (lanes.place, lanes.kind)
      order by jobs.place, jobs.kind limit 1
    ) as following
  ),
  running as materialized (
    select place, count(*) as count from jobs where state = 'running' group by place
  ),
  places as materialized (
    select ready.place, job_limit - coalesce(running.count, 0) as free
    from (
      -- One that was away is tried with a single job first.
      select id as place, case state when 'online' then job_limit else 1 end as job_limit from hosts
        where state in ('online', 'offline') and (retry_at is null or retry_at <= now())
      union all select 0, 50
    ) as ready left join running on running.place = ready.place
  ),
  due as materialized (
    select job.*, places.place, places.free
    from lanes join places on places.place = lanes.place and places.free > 0
    cross join lateral (
      select id, priority, run_at from jobs
      where state = 'waiting' and jobs.place = lanes.place and jobs.kind = lanes.kind
        and run_at <= now()
        -- Counted, so that it is looked up by its index whatever the planner thinks of the table.
        and 0 = (select count(*) from jobs as same
          where same.state = 'running' and same.kind = jobs.kind and same.key = jobs.key)
      order by priority, run_at, id
      limit least(greatest(places.free, 0), lane_room)
    ) as job
    where not exists (select from unnest(busy_places, busy_kinds) as busy (place, kind)
      where busy.place = lanes.place and busy.kind = lanes.kind)
  ),
  ranked as materialized (
    select due.*, row_number() over (partition by place order by priority, run_at, id) as turn
    from due
  ),
  -- Each host's first job comes before any host's second: a long queue holds up nobody else (F-164).
  next as materialized (
    select id from ranked where turn <= free order by priority, turn, run_at, id limit room
  ),
  -- What somebody is changing at this moment is left for the wake that follows its commit.
  chosen as materialized (
    select jobs.id from next join jobs on jobs.id = next.id and jobs.state = 'waiting'
    for no key update of jobs skip locked
  )
  update jobs set
    state = 'running',
    locked_by = runner,
    lease = jobs.lease + 1,
    lease_until = clock_timestamp() + make_interval(secs => lease_seconds),
    started_at = clock_timestamp()
  from chosen where jobs.id = chosen.id
  returning jobs.id, jobs.kind, jobs.payload, jobs.host_id, jobs.place, jobs.attempts, jobs.lease,
    jobs.actor_name;
end $$;
--> statement-breakpoint
-- The queue lives from dead rows being swept at once (stack.md §4).
alter table jobs set (
  fillfactor = 90,
  autovacuum_vacuum_scale_factor = 0.0,
  autovacuum_vacuum_threshold = 10000,
  autovacuum_vacuum_cost_delay = 0
);
