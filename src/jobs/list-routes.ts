import { and, asc, ne } from 'drizzle-orm'
import { Hono } from 'hono'
import { visibleAccountIds } from '../accounts/access.ts'
import { among } from '../db/many.ts'
import { type Host, hosts } from '../hosts/schema.ts'
import type { C, Env } from '../web/env.ts'
import { oneOf, reference } from '../web/fields.ts'
import type { State } from '../web/layout.ts'
import { address, readFilters } from '../web/list.ts'
import { type Names, named } from '../web/names.ts'
import { page, wantsFragment } from '../web/respond.ts'
import type { Scope } from './access.ts'
import {
  countOpen,
  countWaiting,
  type JobFilters,
  type ListedJob,
  listJobs,
  type Place,
} from './list.ts'
import { type JobState, jobState } from './schema.ts'
import { kindLabels, type Spoken, spoken, stateWords } from './words.ts'

export type ShownJob = ListedJob & Names & Spoken

export interface JobList {
  jobs: ShownJob[]
  states: typeof stateWords
  kinds: typeof kindLabels
  filters: JobFilters
  unfiltered: boolean
  /** of the open ones */
  counts: { state: JobState; count: number; label: string; tone: State['tone'] }[]
  away: AwayHost[]
  /** to choose from */
  hosts: Pick<Host, 'id' | 'name'>[]
  /** address of this list, for the part that renews itself */
  here: string
  /** seconds after which it does, 0 when nothing is open */
  refresh: number
  list: { previous: null; next: string | null }
}

/** F-150: one line for a host that takes no jobs now, however many of them wait. */
export type AwayHost = Pick<Host, 'id' | 'name' | 'state' | 'stateReason'> & { waiting: number }

const size = 50

const filterFields = {
  state: oneOf(jobState.enumValues),
  kind: oneOf(Object.keys(kindLabels)),
  host: reference(),
  subscription: reference(),
  batch: reference(),
}

export const jobListRoutes = new Hono<Env>().get('/jobs', async (c) => {
  const data = await jobList(c)
  return page(c, wantsFragment(c) ? 'jobs/_list' : 'jobs/list', data)
})

async function jobList(c: C): Promise<JobList> {
  const { db, actor } = c.var
  const scope: Scope = actor.kind === 'admin' ? null : visibleAccountIds(db, actor)
  const asked = readFilters(c.req.query(), { filters: filterFields }) as JobFilters
  const after = c.req.query('after')
  const [found, counts, away, choice] = await Promise.all([
    listJobs(db, scope, asked, placeOf(after), size + 1),
    countOpen(db, scope),
    awayHosts(c, scope),
    actor.kind === 'admin' ? allHosts(c) : [],
  ])
  const shown = found.slice(0, size)
  const last = found.length > size ? shown.at(-1) : undefined
  return {
    jobs: (await named(db, shown.map(toldOnce))).map(spoken),
    states: stateWords,
    kinds: kindLabels,
    filters: asked,
    unfiltered: Object.keys(asked).length === 0,
    counts: openStates.map((state) => counted(state, counts[state] ?? 0)),
    away,
    hosts: choice,
    here: address('/jobs', { ...asked }, after ? { after } : {}),
    refresh: (counts.waiting ?? 0) + (counts.running ?? 0) > 0 || shown.some(isUnderWay) ? 3 : 0,
    list: {
      previous: null,
      next: last ? address('/jobs', { ...asked }, { after: nameOf(last) }) : null,
    },
  }
}

const openStates = ['parked', 'running', 'waiting'] as const

const isUnderWay = ({ state }: ListedJob) => state === 'waiting' || state === 'running'

/** Nothing in a state is nothing to look at, so it has no colour. */
const counted = (state: JobState, count: number) => {
  const { label, tone } = stateWords[state]
  return { state, count, label, tone: count > 0 ? tone : ('off' as const) }
}

/** That its host is away is said once for all jobs that wait for it (F-150). */
const toldOnce = (job: ListedJob): ListedJob =>
  job.state === 'waiting' && job.attempts === 0 ? { ...job, reason: '' } : job

async function awayHosts({ var: { db } }: C, scope: Scope): Promise<AwayHost[]> {
  const waiting = new Map((await countWaiting(db, scope)).map((row) => [row.hostId, row.count]))
  const away = await db
    .select({ id: hosts.id, name: hosts.name, state: hosts.state, stateReason: hosts.stateReason })
    .from(hosts)
    .where(and(among(hosts.id, [...waiting.keys()]), ne(hosts.state, 'online')))
    .orderBy(asc(hosts.name))
  return away.map((host) => ({ ...host, waiting: waiting.get(host.id)! }))
}

const allHosts = ({ var: { db } }: C) =>
  db.select({ id: hosts.id, name: hosts.name }).from(hosts).orderBy(asc(hosts.name))

/** `open-12` or `ended-12`: the last row of the page before. */
const nameOf = ({ open, id }: Place) => `${open ? 'open' : 'ended'}-${id}`

function placeOf(name: string | undefined): Place | undefined {
  const [, part, id] = /^(open|ended)-(\d{1,15})$/.exec(name ?? '') ?? []
  return part ? { open: part === 'open', id: Number(id) } : undefined
}
