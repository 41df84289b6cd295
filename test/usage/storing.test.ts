import { eq, sql } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import type { SubscriptionUsage } from '../../src/contract/usage.ts'
import { databases } from '../../src/databases/schema.ts'
import { mailboxes } from '../../src/mail/schema.ts'
import type { Values } from '../../src/plans/catalogue.ts'
import { GB } from '../../src/plans/property.ts'
import { settings } from '../../src/settings/schema.ts'
import {
  domains,
  measured,
  type Subscription,
  subscriptions,
} from '../../src/subscriptions/schema.ts'
import { settleBegunMonths } from '../../src/usage/months.ts'
import { settledMonths, usageMonths } from '../../src/usage/schema.ts'
import { storeUsage } from '../../src/usage/storing.ts'
import { aHost, aSubscription, type Cast, cast, reread } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'

const db = ownDatabase()
let people: Cast
let shop: Subscription
let month: string
beforeEach(async () => {
  await emptied(db())
  people = await cast(db())
  shop = await aSubscription(
    db(),
    people.cato.account,
    people.host,
    people.ritasGold,
    'shop.test',
    { values: { ...people.ritasGold.values, disk: GB, traffic: 10 * GB } },
  )
  month = (await monthOf('UTC'))!
})

const monthOf = async (zone: string) => {
  const [row] = await db().execute<{ month: string }>(
    sql`select to_char(now() at time zone ${zone}, 'YYYY-MM') as month`,
  )
  return row!.month
}
const seen = (more: Partial<NonNullable<SubscriptionUsage['disk']>> = {}) => ({
  ...{ age: 60, home: 1, web: 20, mail: 300, databases: [], mailboxes: [] },
  ...more,
})
const heard = (counter: string, ...subscriptions: Partial<SubscriptionUsage>[]) =>
  storeUsage(db(), people.host.id, {
    counter,
    subscriptions: subscriptions.map((one) => ({ id: shop.id, disk: seen(), traffic: [], ...one })),
  })
const traffic = (web: number, ftp = 0, mail = 0, when = month) => ({
  traffic: [{ month: when, web, ftp, mail }],
})
const months = () => db().select().from(usageMonths).orderBy(usageMonths.month)
const disk = async () => (await db().select().from(measured))[0]
const allows = async (values: Partial<Values>) => {
  const all = { ...(await reread(db(), shop))!.values, ...values }
  await db().update(subscriptions).set({ values: all }).where(eq(subscriptions.id, shop.id))
}

describe('disk', () => {
  // S-60
  test('is kept by place, with the moment the host looked', async () => {
    await heard('', { traffic: null, disk: seen({ databases: [{ name: 'cato_a', bytes: 4000 }] }) })
    const row = await disk()
    expect(row).toMatchObject({ home: 1, web: 20, mail: 300, databases: 4000, disk: 4321 })
    expect(Date.now() - row!.at.getTime()).toBeGreaterThan(55_000)
    // nothing is counted in a sandbox, which is not the same as nothing
    expect(row!.traffic).toBeNull()
  })

  test('that nobody has looked at yet is no figure at all', async () => {
    await heard('one', { disk: null, ...traffic(5) })
    expect(await disk()).toBeUndefined()
    expect(await months()).toMatchObject([{ web: 5 }])
  })

  test('of databases and mailboxes is theirs, and nobody else’s', async () => {
    const blog = await aSubscription(
      db(),
      people.cato.account,
      people.host,
      people.ritasGold,
      'blog.test',
    )
    const place = { subscriptionId: shop.id, local: 'info', domain: 'shop.test' }
    await db()
      .insert(domains)
      .values({ subscriptionId: shop.id, kind: 'main', name: 'shop.test' })
      .onConflictDoNothing()
    const [box] = await db()
      .insert(mailboxes)
      .values({ ...place, quota: GB, passwordHash: '' })
      .returning()
    await db().insert(databases).values({ subscriptionId: shop.id, name: 'cato_a' })
    const found = {
      databases: [{ name: 'cato_a', bytes: 7 }],
      mailboxes: [{ id: box!.id, bytes: 9 }],
    }
    await heard('one', { id: blog.id, disk: seen(found) })
    expect(await db().select().from(databases)).toMatchObject([{ bytes: null }])
    expect(await db().select().from(mailboxes)).toMatchObject([{ bytes: null }])
    await heard('one', { disk: seen(found) })
    expect(await db().select().from(databases)).toMatchObject([{ bytes: 7 }])
    expect(await db().select().from(mailboxes)).toMatchObject([{ bytes: 9 }])
  })

  // F-169
  test('is not believed of a subscription that lies on another host', async () => {
    const far = await aHost(db(), 'far')
    const theirs = { counter: 'far', subscriptions: [{ id: shop.id, disk: seen(), ...traffic(5) }] }
    await storeUsage(db(), far.id, theirs)
    expect(await disk()).toBeUndefined()
    expect(await months()).toEqual([])
  })
})

describe('traffic', () => {
  test('heard twice counts once, and more replaces less', async () => {
    await heard('one', traffic(10, 20, 30))
    await heard('one', traffic(10, 20, 30))
    expect(await months()).toMatchObject([{ month, web: 10, ftp: 20, mail: 30 }])
    await heard('one', traffic(15, 20, 30))
    expect(await months()).toMatchObject([{ web: 15, ftp: 20, mail: 30 }])
    expect((await disk())?.traffic).toBe(65)
  })

  test('goes on from what it was when a host counts from nothing again', async () => {
    await heard('one', traffic(100))
    await heard('two', traffic(7))
    await heard('two', traffic(9))
    expect(await months()).toMatchObject([{ web: 109, webBefore: 100 }])
    await heard('three', traffic(1))
    expect(await months()).toMatchObject([{ web: 110 }])
  })

  test('of a month that a host has begun to forget stays', async () => {
    await heard('one', traffic(100, 0, 0, '2026-01'))
    await heard('one', traffic(40, 0, 0, '2026-01'))
    expect(await months()).toMatchObject([{ web: 100 }])
  })

  //
  test('of a month that is over keeps the limit it ended with, the running one has today’s', async () => {
    await heard('one', { traffic: [...traffic(1, 0, 0, '2026-01').traffic, ...traffic(1).traffic] })
    expect((await months()).map(({ allowed }) => allowed)).toEqual([null, 10 * GB])
    await db().update(usageMonths).set({ allowed: 3 }).where(eq(usageMonths.month, '2026-01'))
    await allows({ traffic: 20 * GB })
    expect((await months()).map(({ allowed }) => allowed)).toEqual([3, 20 * GB])
    await allows({ traffic: 'unlimited' })
    expect((await months()).map(({ allowed }) => allowed)).toEqual([3, null])
  })

  test('begins anew with the month, also while a host is away', async () => {
    await heard('one', traffic(100))
    await settleBegunMonths(db())
    expect((await disk())?.traffic).toBe(100)
    // What the month before left behind.
    await db().update(usageMonths).set({ month: '2026-01' })
    await db().update(settledMonths).set({ month: '2026-01' })
    await settleBegunMonths(db())
    expect((await disk())?.traffic).toBe(0)
    expect(await db().select().from(settledMonths)).toContainEqual({
      accountId: people.rita.account.id,
      month,
    })
  })

  // F-185
  test('runs by the calendar of its provider, or the system’s', async () => {
    // two places that never have the same day, so at the end of a month not the same month
    for (const zone of ['Pacific/Kiritimati', 'Etc/GMT+12']) {
      await db().delete(usageMonths)
      await db()
        .update(accounts)
        .set({ timeZone: zone })
        .where(eq(accounts.id, people.rita.account.id))
      await heard(zone, traffic(100, 0, 0, await monthOf(zone)))
      expect((await disk())?.traffic).toBe(100)
      for (const limit of [20 * GB, 10 * GB]) {
        await allows({ traffic: limit })
        expect(await months()).toMatchObject([{ month: await monthOf(zone), allowed: limit }])
      }
    }
    await db().update(accounts).set({ timeZone: null })
    await db()
      .insert(settings)
      .values({ accountId: 0, name: 'timeZone', value: 'Pacific/Kiritimati' })
    const [row] = await db().select().from(usageMonths)
    await db()
      .update(usageMonths)
      .set({ month: await monthOf('Pacific/Kiritimati') })
    await settleBegunMonths(db())
    expect((await disk())?.traffic).toBe(row!.web)
  })
})
