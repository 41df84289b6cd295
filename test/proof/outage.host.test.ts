import { eq } from 'drizzle-orm'
import { expect, test, vi } from 'vitest'
import { jobRuns, jobs } from '../../src/jobs/schema.ts'
import { suspendSubscription } from '../../src/subscriptions/suspension.ts'
import { visit } from '../agent/visitor.ts'
import { until, untilIdle } from '../runner/cast.ts'
import { reread } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'
import { realPanel } from './real-panel.ts'

const db = ownDatabase()
const panel = realPanel(db)
const web = webApp(db)

const many = 12
const away = /does not answer|no way to its address/g

// F-150
test.each(['crash', 'unplug'] as const)(
  'after a %s of the host its jobs wait, say so and end by themselves',
  async (trouble) => {
    const { rita, ada, host: sandbox } = panel.people()
    const machine = panel.machine()
    const shops: Awaited<ReturnType<typeof panel.create>>[] = []
    for (let n = 1; n <= many; n++) shops.push(await panel.create(`${trouble}${n}.test`))
    await using _ = await panel.runner()
    await untilIdle(db())
    const earlier = await db().$count(jobRuns)

    await machine[trouble]()
    for (const { subscription } of shops) {
      await suspendSubscription(db(), rita.actor, subscription.id, 'Unpaid')
    }
    const elsewhere = await panel.create(`${trouble}.sandbox.test`, sandbox.id)
    const asked = Date.now()
    await until(async () => (await panel.openJob(elsewhere.subscription.id)) === undefined)
    expect(Date.now() - asked).toBeLessThan(15_000)

    await until(async () => (await panel.row()).state === 'offline')
    await until(async () => (await db().$count(jobs, eq(jobs.state, 'waiting'))) === many)
    await betweenTries(async () => {
      await expectTold(shops[0]!.subscription.id)
      await expectTold(shops.at(-1)!.subscription.id)
      const list = await (await web.as(ada)).read('/jobs')
      expect(list.match(/wait for it and will run by themselves/g)).toHaveLength(1)
      expect(list).toContain(`${many} jobs wait`)
      expect(list.match(away)).toHaveLength(1)
    })

    await (trouble === 'crash' ? machine.boot() : machine.plug())
    const returned = Date.now()
    await until(async () => (await db().$count(jobs)) === 0)
    expect(Date.now() - returned).toBeLessThan(60_000)
    expect(await panel.row()).toMatchObject({ state: 'online', stateReason: '', failures: 0 })
    for (const { subscription } of shops) {
      expect(await reread(db(), subscription)).toMatchObject({ appliedGeneration: 2 })
      expect((await visit(machine, subscription.domain)).status).toBe(503)
    }
    // That a host was away is no failure of any job.
    expect(await db().$count(jobRuns)).toBe(earlier)
  },
)

/** Every now and then one of them tries whether the host is back, and is running for that moment. */
const betweenTries = (told: () => Promise<void>) => vi.waitFor(told, 30_000)

/** On the page of the job and on that of the subscription, for whom it concerns. */
async function expectTold(subscriptionId: number) {
  const { rita, cato } = panel.people()
  const job = (await panel.openJob(subscriptionId))!
  const page = await (await web.as(rita)).read(`/jobs/${job.id}`)
  expect(page).toContain('Waiting')
  expect(page).toMatch(away)
  for (const who of [rita, cato]) {
    const subscription = await (await web.as(who)).read(`/subscriptions/${subscriptionId}`)
    expect(subscription).toContain('It waits for web1')
    expect(subscription).toMatch(away)
  }
}
