import { eq, sql } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import type { Database } from '../../src/db/database.ts'
import { messages } from '../../src/messages/schema.ts'
import { tellOfExpiry } from '../../src/notices/expiry.ts'
import { notices } from '../../src/notices/schema.ts'
import { settings } from '../../src/settings/schema.ts'
import { expireDue, providersDay, setExpiry } from '../../src/subscriptions/expiry.ts'
import { type Subscription, subscriptions } from '../../src/subscriptions/schema.ts'
import { aMailServer, aSubscription, type Cast, cast } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'

const db = ownDatabase()
let people: Cast
let shop: Subscription
beforeEach(async () => {
  await emptied(db())
  await emptied(db(), ['messages', 'settings'])
  people = await cast(db())
  await aMailServer(db())
  shop = await aSubscription(db(), people.cato.account, people.host, people.ritasGold, 'shop.test')
})

/** Where its provider is, so many days from now. */
const day = async (offset: number) => {
  const { today } = await providersDay(db(), shop.id)
  const moment = new Date(`${today}T12:00:00Z`)
  moment.setUTCDate(moment.getUTCDate() + offset)
  return moment.toISOString().slice(0, 10)
}
const expiresIn = async (days: number) =>
  db()
    .update(subscriptions)
    .set({ expiresOn: await day(days) })
const told = async () => {
  const rows = await db().select().from(messages).orderBy(messages.id)
  return rows.map(({ template }) => template)
}

//
test('a customer is told 14, 7 and 1 days before, once each, and when it has expired', async () => {
  for (let days = 20; days >= 0; days--) {
    // Its last day comes nearer, and so do the notices that were sent about it.
    await expiresIn(days)
    await db().execute(sql`update notices set about = ${await day(days)} || substr(about, 11)`)
    await tellOfExpiry(db())
  }
  expect(await told()).toEqual(['expiry', 'expiry', 'expiry'])

  await expiresIn(-1)
  await tellOfExpiry(db())
  expect(await told()).toHaveLength(3)
  await expireDue(db())
  await tellOfExpiry(db())
  await tellOfExpiry(db())
  expect(await told()).toEqual(['expiry', 'expiry', 'expiry', 'expired'])
})

test('the mail goes to the customer in their language, in the name of their provider', async () => {
  await db().update(accounts).set({ language: 'de' }).where(eq(accounts.id, people.cato.account.id))
  await expiresIn(7)
  await tellOfExpiry(db())

  expect(await db().select().from(messages)).toMatchObject([
    {
      toAddress: 'cato@example.org',
      language: 'de',
      accountId: people.cato.account.id,
      providerId: people.rita.account.id,
      words: { domain: 'shop.test', day: await day(7) },
    },
  ])
})

test('the provider says which days', async () => {
  const say = (days: number[]) =>
    db()
      .insert(settings)
      .values({ accountId: people.rita.account.id, name: 'expiryDays', value: days })
  for (const [named, left] of [
    [30, 14],
    [300, 300],
  ] as const) {
    await say([named])
    await expiresIn(left)
    expect(await tellOfExpiry(db())).toBe(1)
    await emptied(db(), ['notices', 'messages'])
    await db().delete(settings).where(eq(settings.name, 'expiryDays'))
  }

  await say([])
  expect(await tellOfExpiry(db())).toBe(0)
  await expiresIn(-1)
  await expireDue(db())
  expect(await tellOfExpiry(db())).toBe(1)
})

test('who renews is told anew of the new day', async () => {
  await expiresIn(1)
  await tellOfExpiry(db())
  await setExpiry(db(), people.rita.actor, shop.id, await day(40))
  expect(await tellOfExpiry(db())).toBe(0)
  await expiresIn(14)
  expect(await tellOfExpiry(db())).toBe(1)
})

describe('nobody is told', () => {
  test('while no mail can go out, and they are as soon as it can', async () => {
    await db().delete(settings)
    await expiresIn(7)
    expect(await tellOfExpiry(db())).toBe(0)
    await aMailServer(db())
    expect(await tellOfExpiry(db())).toBe(1)
  })

  test('of what is in the trash, or expired long ago', async () => {
    await expiresIn(7)
    await db().update(subscriptions).set({ trashedUntil: sql`now() + interval '1 day'` })
    expect(await tellOfExpiry(db())).toBe(0)

    await db().update(subscriptions).set({ trashedUntil: null })
    await expiresIn(-30)
    await expireDue(db())
    expect(await tellOfExpiry(db())).toBe(0)
  })

  // F-141: the mail and that it was told are one thing
  test('twice, by one that dies before it is done or by two at once', async () => {
    await expiresIn(7)
    const dying = db().transaction(async (tx) => {
      await tellOfExpiry(tx as unknown as Database)
      throw new Error('killed')
    })
    await expect(dying).rejects.toThrow('killed')
    expect([await told(), await db().$count(notices)]).toEqual([[], 0])

    const counts = await Promise.all(Array.from({ length: 4 }, () => tellOfExpiry(db())))
    expect(counts.reduce((sum, count) => sum + count)).toBe(1)
    expect(await told()).toEqual(['expiry'])
  })
})

test('who has no time zone follows the system’s', async () => {
  const zone = async (value: string) => {
    await db().delete(settings).where(eq(settings.name, 'timeZone'))
    await db().insert(settings).values({ name: 'timeZone', value })
    return (await providersDay(db(), shop.id)).today
  }
  // One of the two has another date than the other at any moment (M-12, M-44).
  expect(await zone('Pacific/Kiritimati')).not.toBe(await zone('Pacific/Pago_Pago'))
})
