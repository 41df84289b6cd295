import { eq } from 'drizzle-orm'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { hosts } from '../../src/hosts/schema.ts'
import { bulk, enqueueAll } from '../../src/jobs/enqueue.ts'
import { finish } from '../../src/jobs/finish.ts'
import { release } from '../../src/jobs/release.ts'
import { jobs } from '../../src/jobs/schema.ts'
import { storeSteps } from '../../src/jobs/steps.ts'
import { applySubscription } from '../../src/subscriptions/jobs.ts'
import type { Subscription } from '../../src/subscriptions/schema.ts'
import { tellHosts } from '../../src/subscriptions/want.ts'
import { aSubscription, type Cast, cast } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { type Visitor, webApp } from '../support/web.ts'
import { claimRooms, endedJob, north, openJob, south } from './cast.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let shop: Subscription
let rita: Visitor
let ada: Visitor

beforeAll(async () => {
  people = await cast(db())
  shop = await aSubscription(db(), people.cato.account, people.host, people.ritasGold, 'shop.test')
  rita = await web.as(people.rita)
  ada = await web.as(people.ada)
})

beforeEach(async () => {
  await emptied(db(), ['jobs', 'finished_jobs', 'job_runs', 'job_steps'])
  await db().update(hosts).set({ state: 'online', stateReason: '' })
})

const text = async (answer: Response | Promise<Response>) => {
  const html = await (await answer).text()
  return html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')
}

async function shopJob() {
  const [id] = await db().transaction((tx) => tellHosts(tx, people.rita.actor, [shop]))
  return id!
}

const steps = [
  { name: 'Users', milliseconds: 30, place: 'sandbox', exitCode: 0, output: '' },
  { name: 'Web server', milliseconds: 106, place: 'sandbox', exitCode: 1, output: 'token=abc <b>' },
]

test('an empty list says what will be there', async () => {
  expect(await text(rita.get('/jobs'))).toContain('Nothing was done yet.')
})

test('the list tells what is done, for whom, where and by whom', async () => {
  await shopJob()

  const shown = await text(rita.get('/jobs'))
  for (const word of ['Set up subscription', 'shop.test', 'sandbox', 'rita', '1 Waiting']) {
    expect(shown).toContain(word)
  }
})

// "Jobs are invisible": without scripts too
test('the page of a running job shows what was done so far, and renews itself', async () => {
  const id = await shopJob()
  await claimRooms(db())
  await storeSteps(db(), north, [{ id, lease: 1, steps: steps.slice(0, 1) }])

  const page = await rita.get(`/jobs/${id}`)
  const html = await page.clone().text()
  expect(`${page.headers.get('refresh')} ${html}`).toMatch(/http-equiv="refresh"|^2 /)
  expect(await text(page)).toMatch(/Run 1 Running .* at it for .* Users sandbox/)

  await storeSteps(db(), north, [{ id, lease: 1, steps, told: 1 }])
  expect(await text(rita.get(`/jobs/${id}`))).toMatch(/Users sandbox .* Web server Failed/)
  // what comes from somebody who has lost the job is not shown
  await storeSteps(db(), south, [
    { id, lease: 1, steps: [{ ...steps[0]!, name: 'Late' }], told: 0 },
  ])
  expect(await text(rita.get(`/jobs/${id}`))).not.toContain('Late')
})

// F-150
test('a host that is away is one line, however many jobs wait for it', async () => {
  await db().update(hosts).set({ state: 'offline', stateReason: 'It does not answer.' })
  const orders = Array.from({ length: 200 }, (_, index) => ({
    kind: applySubscription,
    payload: { subscriptionId: 1000 + index },
    hostId: people.host.id,
    accountId: people.cato.account.id,
    priority: bulk,
  }))
  const [first] = await db().transaction((tx) => enqueueAll(tx, people.rita.actor, orders))
  await db().update(jobs).set({ reason: 'It does not answer.' })

  const shown = await text(ada.get('/jobs'))
  expect(shown.match(/It does not answer\./g)).toHaveLength(1)
  expect(shown).toContain('200 jobs wait for it and will run by themselves.')
  expect(await text(rita.get(`/jobs/${first}`))).toContain(
    'sandbox : It does not answer. This job runs by itself as soon as it can.',
  )
})

// F-150
test('the page of a job says that its host is away, also when it never began', async () => {
  const id = await shopJob()
  await db().update(hosts).set({ state: 'offline', stateReason: 'It does not answer.' })

  const waits = 'It waits for sandbox: It does not answer. It runs by itself when the host is back.'
  expect(await text(rita.get(`/jobs/${id}`))).toContain(waits)
  expect(await text(rita.get(`/subscriptions/${shop.id}`))).toContain('It does not answer.')
})

test('all pages together show each job once, open ones first', async () => {
  const orders = Array.from({ length: 120 }, (_, index) => ({
    kind: applySubscription,
    payload: { subscriptionId: 1000 + index },
    hostId: people.host.id,
    accountId: people.cato.account.id,
  }))
  await db().transaction((tx) => enqueueAll(tx, people.rita.actor, orders))
  await db().update(hosts).set({ jobLimit: 60 })
  await claimRooms(db())
  const running = await db().select().from(jobs).where(eq(jobs.state, 'running'))
  await finish(
    db(),
    north,
    running.map(({ id }) => ({ id, lease: 1, steps: [] })),
  )

  const seen: number[] = []
  for (let next: string | undefined = '/jobs'; next; ) {
    const html: string = await (await rita.get(next)).text()
    seen.push(
      ...[...html.matchAll(/<th scope="row"><div><a href="\/jobs\/(\d+)"/g)].map((m) =>
        Number(m[1]),
      ),
    )
    next = /rel="next" href="([^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&')
  }
  expect(new Set(seen).size).toBe(120)
  expect(seen).toHaveLength(120)
  const ended = new Set(running.map(({ id }) => id))
  expect(seen.findIndex((id) => ended.has(id))).toBe(60)
})

test('filters narrow it, nonsense is ignored (F-39)', async () => {
  const id = await shopJob()
  const link = `href="/jobs/${id}"`
  const has = async (query: string) =>
    (await (await ada.get(`/jobs?${query}`)).text()).includes(link)

  expect(await has('state=waiting')).toBe(true)
  expect(await has('state=parked')).toBe(false)
  expect(await has('kind=hosts.enrol')).toBe(false)
  expect(await has(`host=${people.host.id}`)).toBe(true)
  expect(await has('host=999')).toBe(false)
  expect(await has(`subscription=${shop.id}`)).toBe(true)
  expect(await has('state=nonsense&host=x&after=%00')).toBe(true)
})

test('the list renews itself while something is open, as a part', async () => {
  expect(await (await rita.get('/jobs')).text()).not.toContain('every 3s')
  await shopJob()
  const whole = await (await rita.get('/jobs?state=waiting')).text()

  expect(whole).toContain('<noscript><meta http-equiv="refresh" content="3"></noscript>')
  expect(whole).toContain('data-hx-get="/jobs?state=waiting" data-hx-trigger="every 3s"')
  const part = await (
    await rita.get('/jobs?state=waiting', { 'HX-Request': 'true', 'HX-Request-Type': 'partial' })
  ).text()
  expect(part.trimStart()).toMatch(/^<div id="list"/)
})

test('a job’s page tells each run with its steps, masked and escaped', async () => {
  const id = await shopJob()
  await claimRooms(db())
  await release(db(), north, { id, lease: 1, steps }, { kind: 'retry', error: 'nginx is unwell' })

  const answer = await rita.get(`/jobs/${id}`)
  const html = await answer.text()
  for (const word of ['Set up subscription: shop.test', 'nginx is unwell', 'Users', '106 ms']) {
    expect(html).toContain(word)
  }
  expect(html).toContain('token=[hidden] &lt;b&gt;')
  expect(html).toContain('1 try failed')
})

test('Retry starts a parked job afresh', async () => {
  const id = await shopJob()
  await claimRooms(db())
  await release(db(), north, { id, lease: 1, steps }, { kind: 'park', reason: 'uid is taken' })
  expect(await text(rita.get(`/jobs/${id}`))).toMatch(/Needs attention.*uid is taken.*Retry/)

  const answer = await rita.post(`/jobs/${id}/run`, {})
  expect(answer.status).toBe(303)
  expect(await openJob(db(), id)).toMatchObject({ state: 'waiting', reason: '' })
})

test('Cancel takes a waiting job away; a second time says it is too late (F-160)', async () => {
  const id = await shopJob()
  expect(await text(rita.get(`/jobs/${id}`))).toContain('Cancel job')

  expect((await rita.post(`/jobs/${id}/cancellation`, {})).status).toBe(303)
  expect(await endedJob(db(), id)).toMatchObject({ state: 'cancelled' })
  const again = await rita.post(`/jobs/${id}/cancellation`, {})
  expect(again.status).toBe(409)
  expect(await text(again)).toContain('too late')
})

// F-110
test('a customer sees its own jobs and may not touch them, strangers see nothing', async () => {
  const id = await shopJob()
  const [cato, cleo, rolf] = await Promise.all([people.cato, people.cleo, people.rolf].map(web.as))

  expect(await text(cato!.get(`/jobs/${id}`))).not.toMatch(/Cancel job|Retry/)
  expect((await cato!.post(`/jobs/${id}/cancellation`, {})).status).toBe(403)
  for (const stranger of [cleo!, rolf!]) {
    expect((await stranger.get(`/jobs/${id}`)).status).toBe(404)
    expect((await stranger.post(`/jobs/${id}/run`, {})).status).toBe(404)
    expect(await text(stranger.get('/jobs'))).not.toContain('shop.test')
  }
})

test('is searched by what its subscription is called, and saved as a file', async () => {
  await shopJob()
  for (const q of ['shop', 'cato']) {
    expect(await text(rita.get(`/jobs?q=${q}`))).toContain('Set up subscription')
    expect(await rita.read(`/jobs.csv?q=${q}`)).toContain('shop.test')
  }
  expect(await text(rita.get('/jobs?q=other'))).toContain('No job matches.')

  // F-110
  const rolf = await web.as(people.rolf)
  expect(await rolf.read('/jobs.csv')).not.toContain('shop.test')
  expect(await rolf.read('/jobs.csv?q=shop')).not.toContain('shop.test')
})

// F-185: days are those of the reader
test('jobs of some days', async () => {
  const id = await shopJob()
  await db()
    .update(jobs)
    .set({ createdAt: new Date('2020-05-01T23:30:00Z') })
    .where(eq(jobs.id, id))
  const listed = async (days: string) =>
    (await (await ada.get(`/jobs?${days}`)).text()).includes(`/jobs/${id}"`)
  expect(await listed('from=2020-05-01&to=2020-05-01')).toBe(true)
  expect(await listed('from=2020-05-02')).toBe(false)
  expect(await listed('to=2020-04-30')).toBe(false)
  const zone = (timeZone: string | null) =>
    db().update(accounts).set({ timeZone }).where(eq(accounts.id, people.ada.account.id))
  await zone('Europe/Rome')
  expect(await listed('from=2020-05-02&to=2020-05-02')).toBe(true)
  expect(await listed('to=2020-05-01')).toBe(false)
  await zone(null)
})
