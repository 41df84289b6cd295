import { eq, inArray, sql } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { listItems, standingOf } from '../../src/bulk/receipt.ts'
import { forgetReceipts } from '../../src/bulk/retention.ts'
import { retryFailed } from '../../src/bulk/retrying.ts'
import { batchItems, batchTargets, formerSubscriptions } from '../../src/bulk/schema.ts'
import { batches, jobs } from '../../src/jobs/schema.ts'
import { type Subscription, subscriptions } from '../../src/subscriptions/schema.ts'
import { aPlan, aSubscription, type Cast, cast, type Someone, someone } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { batchOf, doMany } from './doing.ts'

const db = ownDatabase()
let people: Cast
let carla: Someone
let sites: Record<'shop' | 'blog' | 'forum', Subscription>
beforeEach(async () => {
  await emptied(db())
  await emptied(db(), ['batches', 'batch_items', 'former_subscriptions'])
  people = await cast(db())
  const { cato, rita, host, ritasGold } = people
  carla = await someone(db(), 'customer', 'carla', rita.account.id)
  sites = {
    shop: await aSubscription(db(), cato.account, host, ritasGold, 'shop.test'),
    blog: await aSubscription(db(), carla.account, host, ritasGold, 'blog.test'),
    forum: await aSubscription(db(), carla.account, host, ritasGold, 'forum.test'),
  }
})

const park = (...which: Subscription[]) =>
  db()
    .update(jobs)
    .set({ state: 'parked', reason: 'Disk full' })
    .where(
      inArray(
        jobs.subscriptionId,
        which.map(({ id }) => id),
      ),
    )

test('what is below a reseller counts as the reseller’s, unless it was chosen itself', async () => {
  const { ada, rita, cato } = people
  const ids = [rita.account.id, cato.account.id]
  const batch = await batchOf(
    db(),
    await doMany(db(), ada.actor, 'account', 'suspend', ids, { text: '' }),
  )
  const page = async (more: object = {}) => {
    const asked = { state: undefined, after: null, limit: 10, ...more }
    const rows = await listItems(db(), batch, sql`true`, asked)
    return rows.map(({ name, state, reason }) => [name, state, reason])
  }
  expect(await standingOf(db(), batch.id)).toMatchObject({ waiting: 2, done: 0 })

  await park(sites.forum)
  expect(await standingOf(db(), batch.id)).toMatchObject({ waiting: 1, failed: 1 })
  const [first, second] = [
    ['Rita', 'failed', 'Disk full'],
    ['Cato', 'waiting', ''],
  ]
  expect(await page()).toEqual([first, second])
  expect(await page({ limit: 1 })).toEqual([first])
  expect(await page({ after: rita.account.id })).toEqual([second])
  expect(await page({ state: 'waiting', limit: 1 })).toEqual([second])
  expect(await page({ state: 'failed', after: rita.account.id })).toEqual([])

  await park(sites.blog, sites.shop)
  expect(await standingOf(db(), batch.id)).toMatchObject({ waiting: 0, failed: 2 })
  expect(await retryFailed(db(), ada.actor, batch)).toBe(3)
  expect(await standingOf(db(), batch.id)).toMatchObject({ waiting: 2, failed: 0 })

  await db()
    .update(subscriptions)
    .set({ appliedGeneration: subscriptions.generation })
    .where(eq(subscriptions.accountId, carla.account.id))
  expect(await page()).toEqual([['Rita', 'done', ''], second])
})

test('a receipt that is forgotten takes along all that it kept, and no other loses anything', async () => {
  const { rita } = people
  const { id: planId } = await aPlan(db(), rita.account, 'Big', { subdomains: 7 })
  const change = ({ id }: Subscription) =>
    doMany(db(), rita.actor, 'subscription', 'plan', [id], { change: 'plan', planId })
  const [old, kept] = [await change(sites.shop), await change(sites.blog)]
  const left = () =>
    Promise.all(
      [batchItems, batchTargets, formerSubscriptions].map((own) =>
        db().select({ id: own.batchId }).from(own).orderBy(own.batchId),
      ),
    )
  const before = [{ id: old }, { id: kept }]
  expect(await left()).toEqual([before, before, before])

  await db().delete(jobs).where(eq(jobs.batchId, old))
  await db()
    .update(batches)
    .set({ createdAt: new Date('2020-01-01') })
  await forgetReceipts(db())
  // The job of the other one is still open.
  const after = [{ id: kept }]
  expect(await left()).toEqual([after, after, after])
})
