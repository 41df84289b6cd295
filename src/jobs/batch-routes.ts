import { Hono } from 'hono'
import { visibleAccountIds } from '../accounts/access.ts'
import type { C, Env } from '../web/env.ts'
import { type Names, named } from '../web/names.ts'
import { page, wantsFragment } from '../web/respond.ts'
import type { Scope } from './access.ts'
import { findBatch, type Standing, standingOf } from './batch.ts'
import { type ListedJob, listJobs } from './list.ts'
import type { Batch } from './schema.ts'
import { batchTitles, type Spoken, spoken } from './words.ts'

export interface BatchPage {
  batch: Batch
  /** English, with a place for its title */
  sentence: string
  standing: Standing
  /** seconds after which the page renews itself, 0 when nothing more will happen by itself */
  refresh: number
  /** the first of them, what is open before what has ended */
  jobs: (ListedJob & Names & Spoken)[]
  more: boolean
}

const size = 20

/** The receipt of a change that reaches many: what became of each. */
export const batchRoutes = new Hono<Env>().get('/batches/:id{[1-9][0-9]{0,14}}', async (c) => {
  const data = await batchPage(c)
  return page(c, wantsFragment(c) ? 'jobs/_batch' : 'jobs/batch', data)
})

async function batchPage(c: C): Promise<BatchPage> {
  const { db, actor } = c.var
  const scope: Scope = actor.kind === 'admin' ? null : visibleAccountIds(db, actor)
  const batch = await findBatch(db, scope, Number(c.req.param('id')))
  const standing = await standingOf(db, batch)
  const found = await listJobs(db, scope, { batch: batch.id }, undefined, size + 1)
  return {
    batch,
    sentence: batchTitles[batch.kind] ?? '{title}',
    standing,
    refresh: standing.waiting + standing.running > 0 ? 2 : 0,
    jobs: (await named(db, found.slice(0, size))).map(spoken),
    more: found.length > size,
  }
}
