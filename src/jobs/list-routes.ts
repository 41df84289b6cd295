import { asc, ne } from 'drizzle-orm'
import { Hono } from 'hono'
import type { Some } from '../db/some.ts'
import { type Host, hosts } from '../hosts/schema.ts'
import { type ShownColumns, shownColumns } from '../web/columns.ts'
import { csv } from '../web/csv.ts'
import type { C, Env } from '../web/env.ts'
import { type FilterPanel, filterPanel } from '../web/filter-panel.ts'
import type { State } from '../web/layout.ts'
import { address, type List, readList, wantsPart } from '../web/list.ts'
import { page } from '../web/respond.ts'
import type { Scope } from './access.ts'
import { countOpen, type ListedJob, openStates, type Place, waitingFor } from './list.ts'
import { jobColumns, jobPanel, jobRules, type ShownJob } from './list-fields.ts'
import { jobRows, nameOf, placeOf, scopeOf, wantedJobs } from './row-fields.ts'
import type { JobState } from './schema.ts'
import { stateWords } from './words.ts'

export interface JobList {
  list: List<ShownJob>
  panel: FilterPanel
  columns: ShownColumns
  csv: true
  /** of the open ones */
  counts: { state: JobState; count: Some; label: string; tone: State['tone'] }[]
  away: AwayHost[]
  /** seconds after which it renews itself, 0 when nothing is open */
  refresh: number
}

/** F-150: one line for a host that takes no jobs now, however many of them wait. */
export type AwayHost = Pick<Host, 'id' | 'name' | 'state' | 'stateReason'> & { waiting: Some }

const size = 50

export const jobListRoutes = new Hono<Env>()

  .get('/jobs', async (c) => {
    const data = await jobList(c)
    return page(c, wantsPart(c, data.list) ? 'jobs/_list' : 'jobs/list', data)
  })

  .get('/jobs.csv', (c) => csv(c, 'jobs', jobColumns(c.var.t), everyJob(c)))

async function jobList(c: C): Promise<JobList> {
  const { db, t } = c.var
  const scope = scopeOf(c)
  const read = readList(c, jobRules)
  const place = placeOf(c.req.query('after'))
  const columns = shownColumns(c, jobColumns(t))
  const [found, counts, away, fields] = await Promise.all([
    jobRows(c, await wantedJobs(c, read.filters), place, size + 1),
    countOpen(db, scope),
    awayHosts(c, scope),
    jobPanel(c, read.filters),
  ])
  const rows = found.slice(0, size)
  const last = found.length > size ? rows.at(-1) : undefined
  const list = read.of([])
  const at = (after?: string) => address('/jobs', { ...read.filters }, { after })
  return {
    list: {
      ...list,
      rows,
      here: at(place && nameOf(place)),
      next: last ? at(nameOf(last)) : null,
    },
    panel: filterPanel(fields, list),
    columns,
    csv: true,
    counts: openStates.map((state) => stood(state, counts[state])),
    away,
    refresh: counts.waiting.count + counts.running.count > 0 || rows.some(isUnderWay) ? 3 : 0,
  }
}

async function* everyJob(c: C) {
  const asked = await wantedJobs(c, readList(c, jobRules).filters)
  for (let place: Place | undefined; ; ) {
    const rows = await jobRows(c, asked, place, 1000)
    yield rows
    if (rows.length < 1000) return
    place = rows.at(-1)
  }
}

const isUnderWay = ({ state }: ListedJob) => state === 'waiting' || state === 'running'

/** Nothing in a state is nothing to look at, so it has no colour. */
const stood = (state: JobState, count: Some) => {
  const { label, tone } = stateWords[state]
  return { state, count, label, tone: count.count > 0 ? tone : ('off' as const) }
}

async function awayHosts({ var: { db } }: C, scope: Scope): Promise<AwayHost[]> {
  const { id, name, state, stateReason } = hosts
  const away = await db
    .select({ id, name, state, stateReason, waiting: waitingFor(id, scope) })
    .from(hosts)
    .where(ne(state, 'online'))
    .orderBy(asc(name))
  return away.filter(({ waiting }) => waiting.count > 0)
}
