import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { and, eq, gt, sql } from 'drizzle-orm'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { panelKey } from '../../src/hosts/connection/panel-key.ts'
import { openHosts } from '../../src/hosts/connection/pool.ts'
import { finishedJobs, jobs } from '../../src/jobs/schema.ts'
import type { Values } from '../../src/plans/catalogue.ts'
import { type Plan, plans } from '../../src/plans/schema.ts'
import { changePlanAndSync, previewChange } from '../../src/subscriptions/plan-sync.ts'
import { applySubscriptionHandler } from '../../src/subscriptions/provision.ts'
import { subscriptions } from '../../src/subscriptions/schema.ts'
import { suspendSubscription } from '../../src/subscriptions/suspension.ts'
import { running, until, untilIdle } from '../runner/cast.ts'
import { aSubscription, type Cast, cast } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'

const db = ownDatabase()
let people: Cast
beforeEach(async () => {
  people ??= await cast(db())
  await emptied(db(), ['jobs', 'finished_jobs', 'job_runs', 'job_steps', 'subscriptions'])
})

/** The real agent in this process, with a folder as its root. */
async function sandbox() {
  const folder = await mkdtemp(join(tmpdir(), 'innkeeper-runs-'))
  const hosts = openHosts({ db: db(), dataFolder: folder, key: panelKey(folder) })
  const runner = await running(db.url(), [applySubscriptionHandler], { hosts })
  onTestFinished(async () => {
    await runner.stop(1000)
    await hosts.close()
    await rm(folder, { recursive: true })
  })
}

async function many(count: number) {
  const { cato, host, ritasGold } = people
  const first = await aSubscription(db(), cato.account, host, ritasGold, 'n0.test')
  await db().execute(sql`
    insert into subscriptions (account_id, plan_id, host_id, domain, "system_user", uid, password_hash, values)
    select account_id, plan_id, host_id, 'n' || n || '.test', 'n' || n, nextval('system_uids'),
      password_hash, values
    from subscriptions, generate_series(1, ${count - 1}::integer) as n where id = ${first.id}`)
  return first
}

async function change(values: Partial<Values>) {
  const { actor } = people.rita
  const plan = await goldNow()
  const { name, title, hidden, notForResellers, version } = plan
  const edit = { name, title, hidden, notForResellers, version, note: '' }
  const whole = { ...edit, values: { ...plan.values, ...values } }
  const preview = await previewChange(db(), actor, plan.id, whole)
  return changePlanAndSync(db(), actor, plan.id, whole, preview!.fingerprint)
}

const goldNow = async (): Promise<Plan> =>
  (await db().select().from(plans).where(eq(plans.id, people.ritasGold.id)))[0]!

test('edited twenty times while it is applied, a plan ends at the last edit', async () => {
  // F-38, F-162
  const count = 200
  await many(count)
  await sandbox()
  for (let n = 1; n <= 20; n++) {
    await change({ subdomains: n, processLimit: 100 + n })
    const begun = sql`state = 'running' or started_at is not null`
    await until(async () => (await db().$count(jobs, begun)) + (await ended()) > 0)
  }
  const last = new Date()
  await untilIdle(db())

  const asWanted = and(
    sql`${subscriptions.values} @> '{"subdomains": 20, "processLimit": 120}'`,
    eq(subscriptions.appliedGeneration, subscriptions.generation),
  )
  expect(await db().$count(subscriptions, asWanted)).toBe(count)
  expect(await db().$count(jobs)).toBe(0)
  const runs = await db()
    .select({ id: finishedJobs.subscriptionId, runs: sql<number>`count(*)::integer` })
    .from(finishedJobs)
    .where(gt(finishedJobs.finishedAt, last))
    .groupBy(finishedJobs.subscriptionId)
  expect(Math.max(...runs.map((row) => row.runs))).toBeLessThanOrEqual(2)
})

test('what somebody waits for starts while a plan is being applied', async () => {
  // F-165
  const shop = await many(600)
  await sandbox()
  await change({ subdomains: 99 })
  await until(async () => (await ended()) > 20)
  await db()
    .delete(jobs)
    .where(and(eq(jobs.subscriptionId, shop.id), eq(jobs.state, 'waiting')))

  const asked = new Date()
  await suspendSubscription(db(), people.rita.actor, shop.id, 'Unpaid')
  const own = and(eq(finishedJobs.subscriptionId, shop.id), gt(finishedJobs.createdAt, asked))
  await until(async () => (await db().$count(finishedJobs, own)) > 0)
  const [job] = await db().select().from(finishedJobs).where(own)
  await untilIdle(db())
  const later = gt(finishedJobs.startedAt, job!.startedAt!)
  expect(await db().$count(finishedJobs, later)).toBeGreaterThan(100)
})

const ended = () => db().$count(finishedJobs)
