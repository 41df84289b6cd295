-- More jobs of a host at a time share its reloads; how many really go in one call the runner decides.
update hosts set job_limit = 200 where job_limit = 50;
--> statement-breakpoint
drop function claim_jobs(uuid, integer, integer, integer, bigint[], text[]);
--> statement-breakpoint
-- Hands waiting jobs to a runner: at the most `room` in all, and `lane_room` of one kind on one host,
-- save in the lanes (kind and host) of which it says another number: none where it is at work. A
-- function, because what is running must be counted by a second statement, which sees what the runner
-- before us has claimed, while the lock is held by the server alone: a runner that hangs cannot keep
-- the others from claiming.
create function claim_jobs(
  runner uuid, lease_seconds integer, room integer, lane_room integer,
  lane_places bigint[], lane_kinds text[], lane_rooms integer[]
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
  open as materialized (
    select lanes.place, lanes.kind, places.free, coalesce(told.most, lane_room) as most
    from lanes join places on places.place = lanes.place and places.free > 0
    left join unnest(lane_places, lane_kinds, lane_rooms) as told (place, kind, most)
      on told.place = lanes.place and told.kind = lanes.kind
  ),
  due as materialized (
    select job.*, open.place, open.free
    from open
    cross join lateral (
      select id, priority, run_at from jobs
      where state = 'waiting' and jobs.place = open.place and jobs.kind = open.kind
        and run_at <= now()
        -- Counted, so that it is looked up by its index whatever the planner thinks of the table.
        and 0 = (select count(*) from jobs as same
          where same.state = 'running' and same.kind = jobs.kind and same.key = jobs.key)
      order by priority, run_at, id
      limit least(open.free, open.most)
    ) as job
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
