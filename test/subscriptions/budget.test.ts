import { eq, sql } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { Invalid } from '../../src/errors.ts'
import { initialValues, type Values } from '../../src/plans/catalogue.ts'
import { GB } from '../../src/plans/property.ts'
import { resellers } from '../../src/plans/schema.ts'
import { budgets } from '../../src/subscriptions/budget.ts'
import { refuseAnotherCustomer, settleSale } from '../../src/subscriptions/sale.ts'
import { measured, subscriptions } from '../../src/subscriptions/schema.ts'
import { aSubscription, type Cast, cast, someone } from '../support/cast.ts'
import { ownDatabase, untilBlocked } from '../support/database.ts'

const db = ownDatabase()
let people: Cast
beforeEach(async () => {
  people ??= await cast(db())
  await db().delete(subscriptions)
  await ritaHas({})
})

const ritaHas = (values: Partial<Values>) =>
  db()
    .update(resellers)
    .set({ values: { ...initialValues('reseller'), ...values } })
    .where(eq(resellers.accountId, people.rita.account.id))

let count = 0
const sold = (to: 'rita' | 'cato' | 'cleo', values: Partial<Values>, more = {}) =>
  aSubscription(db(), people[to].account, people.host, null, `site${++count}.test`, {
    values: { ...initialValues(), ...values },
    ...more,
  })
const line = async (key: keyof Values) =>
  (await budgets(db(), [people.rita.account.id])).get(people.rita.account.id)!.get(key)
const sell = (to: 'rita' | 'cato' | 'cleo', values: Partial<Values>) =>
  db().transaction((tx) => settleSale(tx, people[to].account.id, { ...initialValues(), ...values }))

test("sold is the sum of the reseller's own and its customers' subscriptions", async () => {
  //
  await ritaHas({ mailboxes: 10, subscriptions: 3 })
  await sold('rita', { mailboxes: 1 })
  await sold('cato', { mailboxes: 2 })
  await sold('cato', { mailboxes: 'unlimited' })
  await sold('cato', { mailboxes: 4 }, { removing: true })
  await sold('cleo', { mailboxes: 5 })

  expect(await line('mailboxes')).toMatchObject({
    limit: 10,
    sold: 3,
    unlimitedSold: 1,
    used: null,
    free: 7,
  })
  expect(await line('subscriptions')).toMatchObject({ limit: 3, sold: 3, used: 3, free: 0 })
  expect(await line('customers')).toMatchObject({ limit: 'unlimited', sold: 1, free: 'unlimited' })
})

test('a reseller asked about with nothing sold and no contract has nothing', async () => {
  await db().delete(resellers).where(eq(resellers.accountId, people.rolf.account.id))
  const lines = (await budgets(db(), [people.rolf.account.id])).get(people.rolf.account.id)!
  expect(lines.get('disk')).toMatchObject({ limit: 0, sold: 0, free: 0 })
})

test('what is sold already cannot be sold again', async () => {
  await ritaHas({ mailboxes: 10 })
  await sold('cato', { mailboxes: 7 })

  await expect(sell('cato', { mailboxes: 4 })).rejects.toThrow(
    expect.objectContaining({
      field: 'plan',
      words: { property: 'Mailboxes', wanted: 4, free: 3, limit: 10 },
    }),
  )
  expect(await sell('cato', { mailboxes: 3 })).toMatchObject({ mailboxes: 3 })
  expect(await sell('rita', { mailboxes: 3 })).toMatchObject({ mailboxes: 3 })
})

test('bytes are told in MB', async () => {
  const mega = 1024 * 1024
  await ritaHas({ disk: 5 * mega })
  await expect(sell('cato', { disk: 6 * mega })).rejects.toThrow(
    expect.objectContaining({ words: { property: 'Disk space (MB)', wanted: 6, most: 5 } }),
  )
  await sold('cato', { disk: 4 * mega })
  await expect(sell('cato', { disk: 2 * mega })).rejects.toThrow(
    expect.objectContaining({
      words: { property: 'Disk space (MB)', wanted: 2, free: 1, limit: 5 },
    }),
  )
})

test('unlimited is all that is left, and shared', async () => {
  // S-12, R-9
  await ritaHas({ mailboxes: 10, cpuLimit: 30 })
  await sold('cato', { mailboxes: 10 })
  const values = await sell('cato', { mailboxes: 'unlimited', cpuLimit: 'unlimited' })
  expect(values).toMatchObject({ mailboxes: 'unlimited', cpuLimit: 30 })
})

test('with oversell actual use counts, but no single sale beyond the whole', async () => {
  //
  await ritaHas({ mailboxes: 10, oversell: true })
  await sold('cato', { mailboxes: 10 })
  expect(await line('mailboxes')).toMatchObject({ limit: 10, sold: 10, free: 10 })
  expect(await sell('cato', { mailboxes: 10 })).toMatchObject({ mailboxes: 10 })
  await expect(sell('cato', { mailboxes: 11 })).rejects.toThrow(Invalid)
})

test('what is really in use is what hosts have measured, of its own and its customers', async () => {
  //
  await ritaHas({ disk: 10 * GB, oversell: true })
  expect(await line('disk')).toMatchObject({ used: null, free: 10 * GB })
  for (const [to, disk] of [
    ['rita', 2],
    ['cato', 5],
    ['cleo', 90],
  ] as const) {
    const { id } = await sold(to, { disk: 9 * GB })
    await db()
      .insert(measured)
      .values({ subscriptionId: id, disk: disk * GB, traffic: disk })
  }
  expect(await line('disk')).toMatchObject({ sold: 18 * GB, used: 7 * GB, free: 3 * GB })
  expect(await line('traffic')).toMatchObject({ used: 7 })
  expect(await sell('cato', { disk: 3 * GB })).toMatchObject({ disk: 3 * GB })
  await expect(sell('cato', { disk: 4 * GB })).rejects.toThrow(Invalid)
})

test.each<[string, Partial<Values>, Partial<Values>]>([
  ['a switch', { imap: false }, { imap: true }],
  ['a shell', { shell: 'limited' }, { shell: 'bash' }],
  ['an application', { applications: ['PHP'] }, { applications: ['PHP', 'Perl'] }],
  ['a permission', { mayChangePhp: false }, { mayChangePhp: true }],
  ['a bitrate', { maxBitrate: 128 }, { maxBitrate: 320 }],
  ['a subscription', { subscriptions: 0 }, {}],
])('what the reseller was not given it cannot sell: %s', async (_, given, wanted) => {
  await ritaHas(given)
  await expect(sell('cato', wanted)).rejects.toThrow(Invalid)
})

test('an admin sells without a cap', async () => {
  const cody = await someone(db(), 'customer', `cody${++count}`, people.ada.account.id)
  const wanted = { ...initialValues(), disk: 'unlimited' as const }
  expect(await db().transaction((tx) => settleSale(tx, cody.account.id, wanted))).toEqual(wanted)
})

test('two sales at once cannot both have the last', async () => {
  await ritaHas({ mailboxes: 10 })
  const late = Promise.withResolvers<unknown>()
  await db().transaction(async (tx) => {
    const values = { ...initialValues(), mailboxes: 10 }
    await settleSale(tx, people.cato.account.id, values)
    sell('cato', { mailboxes: 10 }).then(late.reject, late.resolve)
    await untilBlocked(db())
    await tx.insert(subscriptions).values({
      accountId: people.cato.account.id,
      hostId: people.host.id,
      domain: `site${++count}.test`,
      systemUser: `site${count}`,
      uid: sql`nextval('system_uids')`,
      passwordHash: '',
      values,
    })
  })
  expect(await late.promise).toBeInstanceOf(Invalid)
})

test('customers are counted too', async () => {
  await ritaHas({ customers: 1 })
  const another = (providerId: number) =>
    db().transaction((tx) => refuseAnotherCustomer(tx, providerId))
  await expect(another(people.rita.account.id)).rejects.toThrow(
    expect.objectContaining({ words: { limit: 1 } }),
  )
  await another(people.ada.account.id)
  await ritaHas({ customers: 2 })
  await another(people.rita.account.id)
})
