import { sql } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { finish } from '../../src/jobs/finish.ts'
import { release } from '../../src/jobs/release.ts'
import { forgetOld } from '../../src/jobs/retention.ts'
import { finishedJobs, jobRuns, jobSteps, jobs } from '../../src/jobs/schema.ts'
import { ownDatabase } from '../support/database.ts'
import { ask, claimRooms, empty, north } from './cast.ts'

const db = ownDatabase()
const steps = [{ name: 'sweep', milliseconds: 1, place: 'panel' }]

beforeEach(() => empty(db()))

// F-186
test('what ended a month ago is forgotten with all its runs', async () => {
  for (const room of [1, 2]) {
    const id = await ask(db(), room)
    await claimRooms(db())
    await release(db(), north, { id, lease: 1, steps }, { kind: 'retry', error: 'No' })
    await db().update(jobs).set({ runAt: sql`now()` })
    await claimRooms(db())
    await finish(db(), north, [{ id, lease: 2, steps }])
  }
  await db().execute(
    sql`update finished_jobs set finished_at = now() - interval '31 days' where key = '1'`,
  )

  expect(await forgetOld(db())).toBe(1)
  expect(await db().select().from(finishedJobs)).toMatchObject([{ key: '2' }])
  expect(await db().$count(jobRuns)).toBe(1)
  expect(await db().$count(jobSteps)).toBe(2)
})
