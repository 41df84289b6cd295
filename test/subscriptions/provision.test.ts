import { and, eq } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { certificates } from '../../src/domains/schema.ts'
import { HostAway, HostKeyChanged, Unknown } from '../../src/hosts/connection/hosts.ts'
import { finishedJobs, jobRuns, jobSteps, jobs } from '../../src/jobs/schema.ts'
import { seal } from '../../src/secrets/seal.ts'
import { applySubscriptionHandler } from '../../src/subscriptions/provision.ts'
import { domains, type Subscription, subscriptions } from '../../src/subscriptions/schema.ts'
import { activateSubscription, suspendSubscription } from '../../src/subscriptions/suspension.ts'
import { tellHosts } from '../../src/subscriptions/want.ts'
import { running, untilIdle } from '../runner/cast.ts'
import { aSubscription, type Cast, cast, reread } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { FakeHost } from '../support/fake-host.ts'

const db = ownDatabase()
let people: Cast
let host: FakeHost
let shop: Subscription
let blog: Subscription

beforeEach(async () => {
  await emptied(db(), [
    'accounts',
    'hosts',
    'plans',
    'jobs',
    'finished_jobs',
    'job_runs',
    'job_steps',
  ])
  people = await cast(db())
  host = new FakeHost()
  shop = await add('shop.test')
  blog = await add('blog.test')
})

const add = (domain: string) =>
  aSubscription(db(), people.cato.account, people.host, people.ritasGold, domain, {
    appliedGeneration: 0,
  })

const askFor = (...wanted: Subscription[]) =>
  db().transaction((tx) => tellHosts(tx, people.rita.actor, wanted))

const suspendShop = () => suspendSubscription(db(), people.rita.actor, shop.id, 'Unpaid')
const activateShop = () => activateSubscription(db(), people.rita.actor, shop.id)

async function runAll() {
  await using _ = await running(db.url(), [applySubscriptionHandler], { hosts: host })
  await untilIdle(db())
}

const jobOf = async (subscription: Subscription) =>
  (await db().select().from(jobs).where(eq(jobs.subscriptionId, subscription.id)))[0]

const endOf = async (subscription: Subscription) =>
  (
    await db()
      .select()
      .from(finishedJobs)
      .where(and(eq(finishedJobs.subscriptionId, subscription.id), eq(finishedJobs.state, 'done')))
  )[0]

test('all that wait for one host go to it together, and what it did is kept', async () => {
  await askFor(shop, blog)
  await runAll()

  expect(host.requests).toEqual([[shop.id, blog.id]])
  expect(host.has.get(shop.id)).toMatchObject({ state: 'active', generation: shop.generation })
  expect(await reread(db(), shop)).toMatchObject({ appliedGeneration: shop.generation })
  expect(await reread(db(), blog)).toMatchObject({ appliedGeneration: blog.generation })
  expect(await endOf(shop)).toBeDefined()
})

test('a certificate whose key cannot be opened keeps nobody but its own subscription', async () => {
  const values = { ...shop.values, https: true }
  await db().update(subscriptions).set({ values })
  const [domain] = await db().select().from(domains).where(eq(domains.subscriptionId, shop.id))
  const sealedKey = seal(Buffer.alloc(32, 9), 'a key', `certificate ${domain!.id}`)
  await db()
    .insert(certificates)
    .values({ domainId: domain!.id, source: 'uploaded', chain: 'a chain', sealedKey })
  await askFor(shop, blog)
  await runAll()

  expect(host.requests).toEqual([[blog.id]])
  expect(await reread(db(), blog)).toMatchObject({ appliedGeneration: blog.generation })
  expect(await reread(db(), shop)).toMatchObject({ appliedGeneration: 0 })
  expect(await jobOf(shop)).toMatchObject({
    state: 'parked',
    reason: expect.stringContaining('shop.test cannot be opened'),
  })
})

test('what was done is told, with place and time', async () => {
  await askFor(shop)
  await runAll()

  const steps = await db().select().from(jobSteps).orderBy(jobSteps.number)
  expect(steps.map((step) => [step.name, step.place, step.exitCode])).toEqual([
    ['Connect', 'sandbox', null],
    ['Users', 'sandbox', 0],
    ['Store the result', 'panel', null],
  ])
})

test('a change made while the host is at work is applied by its own run', async () => {
  host.meanwhile = async () => {
    host.meanwhile = async () => {}
    await suspendShop()
  }
  await askFor(shop)
  await runAll()

  expect(host.requests).toHaveLength(2)
  expect(host.has.get(shop.id)).toMatchObject({ state: 'suspended' })
  const { generation, appliedGeneration } = (await reread(db(), shop))!
  expect(appliedGeneration).toBe(generation)
})

test('many changes before a run are one run that makes the last wish so (F-162)', async () => {
  for (let turn = 0; turn < 10; turn++) {
    await suspendShop()
    await activateShop()
  }
  await runAll()

  expect(host.requests).toEqual([[shop.id]])
  expect(host.has.get(shop.id)).toMatchObject({ state: 'active' })
})

test('a lost answer is asked for again at once', async () => {
  host.lost.push(new Unknown('broke off'), new Unknown('broke off'))
  await askFor(shop)
  await runAll()

  expect(host.requests).toHaveLength(3)
  expect(await endOf(shop)).toMatchObject({ attempts: 0 })
})

test('answers that stay lost are a failure, tried again later', async () => {
  host.lost.push(...[1, 2, 3].map(() => new Unknown('It broke off.')))
  await askFor(shop)
  await runAll()

  expect(await jobOf(shop)).toMatchObject({
    state: 'waiting',
    attempts: 1,
    reason: 'It broke off.',
  })
  expect(await db().select().from(jobRuns)).toMatchObject([{ outcome: 'failed' }])
})

// F-17
test('a name that is somebody else’s on the host parks its job, and only that', async () => {
  host.failures.set(shop.id, { code: 'conflict', text: 'uid of shop is 0, wanted 65536' })
  await askFor(shop, blog)
  await runAll()

  expect(await jobOf(shop)).toMatchObject({
    state: 'parked',
    reason: 'uid of shop is 0, wanted 65536',
  })
  expect(await reread(db(), shop)).toMatchObject({ appliedGeneration: 0 })
  expect(await endOf(blog)).toBeDefined()
})

test('what failed on the host is tried again, with the host’s words', async () => {
  host.failures.set(shop.id, { code: 'failed', text: 'No space left on device' })
  await askFor(shop)
  await runAll()

  expect(await jobOf(shop)).toMatchObject({ attempts: 1, reason: 'No space left on device' })
})

test('a host with newer knowledge than ours is seen in the end (F-157)', async () => {
  host.failures.set(shop.id, { code: 'stale', text: 'has 9, got 1' })
  await askFor(shop)
  await db().update(jobs).set({ attempts: 11 })
  await runAll()

  expect(await jobOf(shop)).toMatchObject({
    state: 'parked',
    reason: 'The host has a newer version of it.',
  })
})

test.each([
  ['is away', new HostAway('It does not answer.'), 'It does not answer.'],
  ['shows another key', new HostKeyChanged('ssh-ed25519 AAAA'), 'another key'],
])('a host that %s costs no attempt (F-150, F-151)', async (_, trouble, reason) => {
  host.openings.push(trouble)
  await askFor(shop, blog)
  await runAll()

  for (const job of [await jobOf(shop), await jobOf(blog)]) {
    expect(job).toMatchObject({ state: 'waiting', attempts: 0 })
    expect(job!.reason).toContain(reason)
  }
  expect(host.requests).toEqual([])
})

test('a subscription that is gone leaves nothing to do', async () => {
  await askFor(shop, blog)
  await db().delete(subscriptions).where(eq(subscriptions.id, shop.id))
  await runAll()

  expect(host.requests).toEqual([[blog.id]])
  expect(await endOf(shop)).toBeDefined()
})
