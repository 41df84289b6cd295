import { eq } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { hosts } from '../../src/hosts/schema.ts'
import { finishedJobs, jobRuns } from '../../src/jobs/schema.ts'
import type { Subscription } from '../../src/subscriptions/schema.ts'
import { activateSubscription, suspendSubscription } from '../../src/subscriptions/suspension.ts'
import { visit } from '../agent/visitor.ts'
import { until, untilIdle } from '../runner/cast.ts'
import { reread } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { startRunnerProcess } from '../support/runner-process.ts'
import { realPanel } from './real-panel.ts'
import { mostAtOnce, shared, takeTrace, traceAgents } from './trace.ts'

const db = ownDatabase()
const panel = realPanel(db)

// Less than two runners would take, three jobs at a time.
const limit = 5
const shops: Subscription[] = []

beforeAll(async () => {
  await traceAgents(panel.machine())
  await db().update(hosts).set({ jobLimit: limit }).where(eq(hosts.id, panel.host().id))
  for (let n = 1; n <= 16; n++) shops.push((await panel.create(`shop${n}.test`)).subscription)
  await using _ = await panel.runner()
  await untilIdle(db())
})

// F-143, seen from the host
test.each([2, 10])('%i runners keep out of each other’s way', async (count) => {
  const { dataFolder } = panel
  const options = { url: db.url(), dataFolder, perCall: 3, pollMilliseconds: 50 }
  await using runners = new AsyncDisposableStack()
  const all = await Promise.all(Array.from({ length: count }, () => startRunnerProcess(options)))
  for (const runner of all) runners.use(runner)
  await takeTrace(panel.machine())

  // Again and again something else is wanted of what is being worked on.
  for (const change of [suspend, activate, suspend, activate]) {
    const ended = await db().$count(finishedJobs)
    for (const shop of shops) await change(shop)
    await until(async () => (await db().$count(finishedJobs)) >= ended + shops.length / 2)
  }
  await untilIdle(db())

  const works = await takeTrace(panel.machine())
  expect(new Set(works.map(({ agent }) => agent)).size).toBeGreaterThan(1)
  expect(shared(works)).toEqual([])
  expect(mostAtOnce(works)).toBeLessThanOrEqual(limit)
  expect(mostAtOnce(works)).toBeGreaterThan(3)

  for (const shop of shops) {
    const now = (await reread(db(), shop))!
    expect(now.appliedGeneration).toBe(now.generation)
    expect((await visit(panel.machine(), shop.domain)).status).toBe(200)
  }
  expect(await db().select().from(jobRuns)).toEqual([])
})

const suspend = ({ id }: Subscription) =>
  suspendSubscription(db(), panel.people().rita.actor, id, 'Unpaid')

const activate = ({ id }: Subscription) => activateSubscription(db(), panel.people().rita.actor, id)
