import { eq } from 'drizzle-orm'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { forgetReceipts } from '../../src/bulk/retention.ts'
import { openBatch } from '../../src/jobs/batch.ts'
import { bulk } from '../../src/jobs/enqueue.ts'
import { batches, jobs } from '../../src/jobs/schema.ts'
import { plans } from '../../src/plans/schema.ts'
import { applySubscriptionHandler } from '../../src/subscriptions/provision.ts'
import type { Subscription } from '../../src/subscriptions/schema.ts'
import { tellHosts } from '../../src/subscriptions/want.ts'
import { update } from '../plans/fields.ts'
import { running, untilIdle } from '../runner/cast.ts'
import { aSubscription, type Cast, cast } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { FakeHost } from '../support/fake-host.ts'
import { partial, type Visitor, webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let rita: Visitor
let sites: Subscription[]
beforeAll(async () => {
  people = await cast(db())
  rita = await web.as(people.rita)
})
beforeEach(async () => {
  await emptied(db(), ['jobs', 'finished_jobs', 'batches', 'subscriptions'])
  const { cato, host, ritasGold } = people
  await db().update(plans).set({ values: ritasGold.values }).where(eq(plans.id, ritasGold.id))
  const add = (domain: string) => aSubscription(db(), cato.account, host, ritasGold, domain)
  sites = [await add('one.test'), await add('two.test')]
})

/** Changes the plan they all have, and says where that led. */
async function change(subdomains: number): Promise<string> {
  const [plan] = await db().select().from(plans).where(eq(plans.id, people.ritasGold.id))
  const answer = await update(rita, plan!, { subdomains: String(subdomains) })
  expect(answer.status).toBe(303)
  return answer.headers.get('Location')!
}

test('an edit that reaches many leads to a page that follows their jobs', async () => {
  const receipt = await change(1)
  expect(receipt).toMatch(/^\/batches\/\d+$/)
  const html = await rita.read(receipt)
  expect(html).toContain('Change of plan Gold')
  expect(html).toContain('0 of 2 subscriptions are as wanted')
  expect(states(html)).toEqual(['2 Waiting', '0 Running', '0 Done'])
  expect(html).toMatch(/<meta http-equiv="refresh"/)
  for (const { id, domain } of sites) {
    expect(html).toContain(`<a class="quiet" href="/subscriptions/${id}">${domain}</a>`)
  }
  const part = await (await rita.get(receipt, partial)).text()
  expect(part).toMatch(/^\s*<div id="batch" data-hx-get="/)

  await using _ = await running(db.url(), [applySubscriptionHandler], {
    hosts: new FakeHost(),
  })
  await untilIdle(db())
  const ended = await rita.read(receipt)
  expect(states(ended)).toEqual(['0 Waiting', '0 Running', '2 Done'])
  expect(ended).not.toMatch(/<meta http-equiv="refresh"/)
})

test('what is parked is counted, and led to', async () => {
  const receipt = await change(1)
  await db().update(jobs).set({ state: 'parked' }).where(eq(jobs.subscriptionId, sites[0]!.id))
  const html = await rita.read(receipt)
  expect(states(html)).toEqual(['1 Waiting', '0 Running', '0 Done', '1 Needs attention'])
  const list = `/jobs?batch=${receipt.split('/').at(-1)}&state=parked`
  expect(html).toContain(list.replace('&', '&amp;'))
  const parked = await rita.read(list)
  expect(parked).toContain('one.test')
  expect(parked).not.toContain('two.test')
})

test('what a later edit takes over is done with that', async () => {
  const [first, second] = [await change(1), await change(2)]
  expect(await rita.read(first)).toContain('2 are done together with a later change.')
  expect(states(await rita.read(second))[0]).toBe('2 Waiting')
  expect(await db().$count(jobs)).toBe(2) // F-38
})

test('who may not see the account does not see the batch', async () => {
  const receipt = await change(1)
  for (const who of [people.rolf, people.cato, people.cleo]) {
    const visitor = await web.as(who)
    expect((await visitor.get(receipt)).status).toBe(404)
  }
  const rolf = await web.as(people.rolf)
  expect(await rolf.read(receipt)).toBe(await rolf.read('/batches/999999'))
  expect((await (await web.as(people.ada)).get(receipt)).status).toBe(200)
})

test('receipts go when their jobs are forgotten', async () => {
  await change(1)
  const longAgo = new Date('2020-01-01')
  await db().transaction(async (tx) => {
    const wish = { kind: 'plan.changed', title: 'Gold', accountId: null, count: 2 }
    const batchId = await openBatch(tx, people.ada.actor, wish)
    await tellHosts(tx, people.ada.actor, sites, bulk, batchId)
    await tx.update(batches).set({ createdAt: longAgo })
  })
  await forgetReceipts(db())
  // The one with open jobs stays, the one whose jobs went to it does not.
  expect(await db().select().from(batches)).toEqual([expect.objectContaining({ title: 'Gold' })])
  await db().delete(jobs)
  await forgetReceipts(db())
  expect(await db().$count(batches)).toBe(0)
})

const states = (html: string) =>
  [
    ...html
      .split('class="counts')[1]!
      .split('</p>')[0]!
      .matchAll(/>\s*([0-9]+ [A-Z][a-z ]+)/g),
  ].map(([, label]) => label!.trim())
