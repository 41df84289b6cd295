import { and, eq, ne } from 'drizzle-orm'
import { Hono } from 'hono'
import { visibleAccountIds } from '../accounts/access.ts'
import type { Db } from '../db/database.ts'
import { type Host, hosts } from '../hosts/schema.ts'
import type { C, Env } from '../web/env.ts'
import { type Names, named } from '../web/names.ts'
import { changed, page, tell, wantsFragment } from '../web/respond.ts'
import { findJob, mayRun, type Scope } from './access.ts'
import { runAgain } from './again.ts'
import { cancel } from './cancel.ts'
import { history, type ShownRun } from './history.ts'
import type { FinishedJob, Job } from './schema.ts'
import { type Spoken, spoken } from './words.ts'

export interface JobPage {
  job: (Job | FinishedJob) & Names & Spoken
  /** the host it waits for, and why that takes no jobs now */
  away: Pick<Host, 'name' | 'stateReason'> | null
  runs: ShownRun[]
  /** the page renews itself after so many seconds; 0 when nothing more will happen by itself */
  refresh: number
  may: { retry: boolean; cancel: boolean }
}

const one = '/jobs/:id{[1-9][0-9]{0,14}}'

export const jobRoutes = new Hono<Env>()

  .get(one, async (c) => {
    const data = await jobPage(c)
    return page(c, wantsFragment(c) ? 'jobs/_job' : 'jobs/show', data)
  })

  .get(`${one}/run`, (c) => c.redirect(`/jobs/${id(c)}`, 303))

  .post(`${one}/run`, async (c) => {
    const { db, actor } = c.var
    await runAgain(db, actor, scope(c), id(c))
    tell(c, 'The job starts again.')
    return changed(c, `/jobs/${id(c)}`)
  })

  .get(`${one}/cancellation`, (c) => c.redirect(`/jobs/${id(c)}`, 303))

  .post(`${one}/cancellation`, async (c) => {
    const { db, actor } = c.var
    const { running } = await cancel(db, actor, scope(c), id(c))
    if (running) tell(c, 'The job ends what it is at and is not tried again.')
    else tell(c, 'The job is cancelled.')
    return changed(c, `/jobs/${id(c)}`)
  })

async function jobPage(c: C): Promise<JobPage> {
  const { db, actor } = c.var
  const found = await findJob(db, scope(c), id(c))
  const [job] = await named(db, [found])
  const { state, cancelAsked } = found
  const idle = state === 'waiting' || state === 'parked'
  return {
    job: spoken(job!),
    away: state === 'waiting' ? await awayHost(db, found.place) : null,
    runs: await history(db, found),
    refresh: state === 'waiting' || state === 'running' ? 2 : 0,
    may: {
      retry: idle && mayRun(actor),
      cancel: (idle || state === 'running') && !cancelAsked && mayRun(actor),
    },
  }
}

async function awayHost(db: Db, id: number) {
  const [host] = await db
    .select({ name: hosts.name, stateReason: hosts.stateReason })
    .from(hosts)
    .where(and(eq(hosts.id, id), ne(hosts.state, 'online')))
  return host ?? null
}

const id = (c: C) => Number(c.req.param('id'))

const scope = ({ var: { db, actor } }: C): Scope =>
  actor.kind === 'admin' ? null : visibleAccountIds(db, actor)
