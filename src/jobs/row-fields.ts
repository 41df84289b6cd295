import { sql } from 'drizzle-orm'
import { visibleAccountIds } from '../accounts/access.ts'
import { matchingSubscriptionBranches } from '../subscriptions/matching.ts'
import type { C } from '../web/env.ts'
import { named } from '../web/names.ts'
import { timeZoneOf } from '../web/reader.ts'
import type { Scope } from './access.ts'
import { type JobFilters, type ListedJob, listJobs, type Place } from './list.ts'
import type { AskedJobs } from './list-fields.ts'
import { spoken } from './words.ts'

export const scopeOf = ({ var: { db, actor } }: C): Scope =>
  actor.kind === 'admin' ? null : visibleAccountIds(db, actor)

/** A search names subscriptions: their domains, their users, their owners. */
export async function wantedJobs(c: C, { q, ...filters }: AskedJobs): Promise<JobFilters> {
  const { db, actor } = c.var
  const asked = { ...filters, timeZone: timeZoneOf(c) }
  if (!q) return asked
  const branches = matchingSubscriptionBranches(actor, { q, timeZone: 'UTC' })
  const few = branches.map((branch) => sql`(${branch} limit 1000)`)
  const [row] = await db.execute<{ ids: string }>(sql`
    select coalesce(array_agg(id), '{}')::text as ids from (${sql.join(few, sql` union `)}) as found`)
  return { ...asked, among: row!.ids }
}

export async function jobRows(c: C, asked: JobFilters, place: Place | undefined, limit: number) {
  const found = await listJobs(c.var.db, scopeOf(c), asked, place, limit)
  return (await named(c.var.db, found.map(toldOnce))).map(spoken)
}

/** That its host is away is said once for all jobs that wait for it (F-150). */
const toldOnce = (job: ListedJob): ListedJob =>
  job.state === 'waiting' && job.attempts === 0 ? { ...job, reason: '' } : job

/** `open-12` or `ended-12`: the last row of the page before. */
export const nameOf = ({ open, id }: Place) => `${open ? 'open' : 'ended'}-${id}`

export function placeOf(name: string | undefined): Place | undefined {
  const [, part, id] = /^(open|ended)-(\d{1,15})$/.exec(name ?? '') ?? []
  return part ? { open: part === 'open', id: Number(id) } : undefined
}
