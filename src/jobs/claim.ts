import { sql } from 'drizzle-orm'
import type { Database } from '../db/database.ts'
import type { Job } from './schema.ts'

/** What a runner needs to know of a job. */
export type Claimed = Pick<
  Job,
  'id' | 'kind' | 'payload' | 'hostId' | 'place' | 'attempts' | 'lease' | 'actorName'
>

/** The jobs of one kind on one host. */
export interface Lane {
  /** 0: none, but then it is not exclusive either */
  place: number
  kind: string
}

export interface Room {
  /** jobs this runner takes at the most */
  jobs: number
  /** of these, how many of one kind on one host */
  perLane: number
  /** where it is another number; none where this runner is at work already */
  lanes: LaneRoom[]
}

export interface LaneRoom extends Lane {
  room: number
}

/** After so long without a sign of life from its runner a job is anybody's again. */
export const leaseSeconds = 20

/**
 * Takes waiting jobs whose time has come, by the database's clock (F-146). Over all runners: one run
 * per kind and key, no more of one host than its limit, nothing of a host that is away; urgent
 * before bulk (F-165), and no host before another (F-164).
 */
export async function claim(
  db: Database,
  runner: string,
  room: Room,
  seconds = leaseSeconds,
): Promise<Claimed[]> {
  const places = `{${room.lanes.map((lane) => lane.place).join(',')}}`
  const rooms = `{${room.lanes.map((lane) => lane.room).join(',')}}`
  const kinds = JSON.stringify(room.lanes.map((lane) => lane.kind))
  const rows = await db.execute<Row>(sql`select * from claim_jobs(
    ${runner}, ${seconds}, ${room.jobs}, ${room.perLane}, ${places},
    array(select jsonb_array_elements_text(${kinds}::jsonb)), ${rooms})`)
  return rows.map(({ id, host_id, place, actor_name, ...rest }) => ({
    ...rest,
    id: Number(id),
    hostId: host_id === null ? null : Number(host_id),
    place: Number(place),
    actorName: actor_name,
  }))
}

/** As the driver reads it: large numbers are text. */
interface Row
  extends Pick<Job, 'kind' | 'payload' | 'attempts' | 'lease'>,
    Record<string, unknown> {
  id: string
  host_id: string | null
  place: string
  actor_name: string
}
