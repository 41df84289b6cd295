import { asc, eq } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { auditEntries } from '../../src/audit/schema.ts'
import { accept } from '../../src/bulk/acceptance.ts'
import { actions } from '../../src/bulk/actions.ts'
import { standingOf } from '../../src/bulk/receipt.ts'
import { keepSelection } from '../../src/bulk/selection.ts'
import { undoPreview } from '../../src/bulk/undoing.ts'
import { Conflict, Forbidden, NotFound, Stale } from '../../src/errors.ts'
import { batches, jobs } from '../../src/jobs/schema.ts'
import {
  measured,
  type Subscription,
  subscriptions,
  suspensions,
} from '../../src/subscriptions/schema.ts'
import {
  activateAccount,
  suspendAccount,
  suspendSubscription,
} from '../../src/subscriptions/suspension.ts'
import { aSubscription, type Cast, cast, reread, type Someone, someone } from '../support/cast.ts'
import { emptied, ownDatabase, untilBlocked } from '../support/database.ts'
import { batchOf, doMany, lookAt, undoMany } from './doing.ts'

const db = ownDatabase()
let people: Cast
let carla: Someone
let shop: Subscription
let blog: Subscription
beforeEach(async () => {
  await emptied(db())
  people = await cast(db())
  const { cato, rita, host, ritasGold } = people
  carla = await someone(db(), 'customer', 'carla', rita.account.id)
  shop = await aSubscription(db(), cato.account, host, ritasGold, 'shop.test')
  blog = await aSubscription(db(), carla.account, host, ritasGold, 'blog.test')
})

const countBatches = () => db().$count(batches)
const both = () => [people.cato.account.id, carla.account.id]
const suspended = async () =>
  (
    await db()
      .select({ domain: subscriptions.domain })
      .from(subscriptions)
      .where(eq(subscriptions.suspended, true))
      .orderBy(asc(subscriptions.domain))
  ).map(({ domain }) => domain)
const reasons = () =>
  db()
    .select({
      account: suspensions.accountId,
      reason: suspensions.reason,
      author: suspensions.authorName,
      text: suspensions.text,
      at: suspensions.at,
    })
    .from(suspensions)
    .orderBy(asc(suspensions.accountId), asc(suspensions.reason))

test('many are suspended at once, with a reason for each customer', async () => {
  // P-15, P-64, F-125
  const batchId = await doMany(db(), people.rita.actor, 'account', 'suspend', both(), {
    text: 'Unpaid',
  })

  expect(await suspended()).toEqual(['blog.test', 'shop.test'])
  expect(await reasons()).toMatchObject([
    { account: people.cato.account.id, reason: 'reseller', author: 'rita', text: 'Unpaid' },
    { account: carla.account.id, reason: 'reseller', author: 'rita', text: 'Unpaid' },
  ])
  expect(await standingOf(db(), batchId)).toMatchObject({ waiting: 2, done: 0, left: 0 })
  const told = await db().select().from(auditEntries)
  expect(told.filter(({ action }) => action === 'account.suspended')).toHaveLength(2)
  expect((await db().select().from(jobs)).map((job) => job.batchId)).toEqual([batchId, batchId])

  await db()
    .update(subscriptions)
    .set({ appliedGeneration: 2 })
    .where(eq(subscriptions.id, shop.id))
  expect(await standingOf(db(), batchId)).toMatchObject({ waiting: 1, done: 1 })
  await db().update(jobs).set({ state: 'parked', reason: 'Disk full' })
  expect(await standingOf(db(), batchId)).toMatchObject({ failed: 1, done: 1 })
})

test('the preview says who is left out and why, and the receipt keeps it', async () => {
  // F-79
  const { ada, rita, cato } = people
  await suspendAccount(db(), ada.actor, carla.account.id, '')
  const ids = [...both(), ada.account.id, rita.account.id]
  const seen = await lookAt(db(), ada.actor, 'account', 'suspend', ids, { text: '' })
  expect(seen.left.map(({ name, obstacle }) => [name, obstacle!.sentence])).toEqual([
    ['Ada', 'This is your own account.'],
    ['Carla', 'It is suspended already.'],
  ])
  expect(seen.going.map(({ name }) => name)).toEqual(['Cato', 'Rita'])
  expect(seen.effects).toMatchObject([{ words: { count: 1 } }])

  const batchId = await doMany(db(), ada.actor, 'account', 'suspend', ids, { text: '' })
  expect(await standingOf(db(), batchId)).toMatchObject({ left: 2, waiting: 1, done: 1 })
  expect(await reread(db(), shop)).toMatchObject({ suspended: true })
  expect(cato.account.id).toBeGreaterThan(0)
})

test('what is not theirs is only counted, and never touched', async () => {
  // F-77, F-110
  const { rita, cleo } = people
  const ids = [...both(), cleo.account.id, 999_999]
  const seen = await lookAt(db(), rita.actor, 'account', 'suspend', ids, { text: '' })
  expect(seen).toMatchObject({ missing: 2, going: [{ name: 'Carla' }, { name: 'Cato' }] })
  await expect(keepSelection(db(), rita.actor, 'account', { ids: [0] })).rejects.toThrow(Conflict)
  await expect(keepSelection(db(), cleo.actor, 'account', { ids: both() })).rejects.toThrow(
    Forbidden,
  )
})

test('a selection is of the login that made it, and does its work once', async () => {
  // F-72, F-84
  const { rita, ada } = people
  const { selection, seen } = await lookAt(db(), rita.actor, 'account', 'suspend', both(), {
    text: '',
  })
  const confirm = (actor = rita.actor) =>
    accept(db(), actor, selection.id, 'suspend', actions.account.suspend!, { text: '' }, seen)
  await expect(confirm(ada.actor)).rejects.toThrow(NotFound)
  const before = await countBatches()
  const receipts = await Promise.all([confirm(), confirm(), confirm()])
  expect(new Set(receipts).size).toBe(1)
  expect(await countBatches()).toBe(before + 1)
  expect(await reread(db(), shop)).toMatchObject({ generation: 2 })
})

test('what changed since it was shown is shown anew', async () => {
  // F-79
  const { rita } = people
  const { selection, seen } = await lookAt(db(), rita.actor, 'account', 'suspend', both(), {
    text: '',
  })
  await suspendAccount(db(), rita.actor, carla.account.id, '')
  await expect(
    accept(db(), rita.actor, selection.id, 'suspend', actions.account.suspend!, { text: '' }, seen),
  ).rejects.toThrow(Stale)
  expect(await reread(db(), shop)).toMatchObject({ suspended: false })
})

test('it waits for a change under way, and then looks again', async () => {
  // F-182: fails without the locks
  const { rita } = people
  const { selection, seen } = await lookAt(db(), rita.actor, 'account', 'suspend', both(), {
    text: '',
  })
  let late: Promise<unknown> | undefined
  await db().transaction(async (tx) => {
    await tx.update(accounts).set({ removing: true }).where(eq(accounts.id, carla.account.id))
    late = accept(
      db(),
      rita.actor,
      selection.id,
      'suspend',
      actions.account.suspend!,
      { text: '' },
      seen,
    )
    late.catch(() => {})
    await untilBlocked(db())
  })
  await expect(late).rejects.toThrow(Stale)
})

// P-13: they go with their reseller, whether chosen or not
test('suspending resellers says how many customers cannot log in either', async () => {
  const { ada, rita, cato } = people
  const customers = {
    sentence: '{count} {count|customer|customers} of resellers among them cannot log in either.',
  }
  const one = await lookAt(db(), ada.actor, 'account', 'suspend', [rita.account.id])
  expect(one.effects).toMatchObject([
    { ...customers, words: { count: 2 } },
    { words: { count: 2 } },
  ])
  const ids = [rita.account.id, cato.account.id]
  const two = await lookAt(db(), ada.actor, 'account', 'suspend', ids)
  expect(two.effects).toMatchObject([
    { ...customers, words: { count: 1 } },
    { words: { count: 2 } },
  ])
})

test('activating says what stays suspended and why', async () => {
  // R-4, P-18
  const { ada, rita, cato } = people
  await suspendSubscription(db(), rita.actor, shop.id, 'Spam')
  await suspendAccount(db(), rita.actor, cato.account.id, 'Unpaid')
  await suspendAccount(db(), rita.actor, carla.account.id, 'Unpaid')
  await suspendAccount(db(), ada.actor, carla.account.id, 'Abuse')
  const seen = await lookAt(db(), rita.actor, 'account', 'activate', both())
  expect(seen.going).toMatchObject([
    { name: 'Carla', note: { sentence: expect.stringContaining('only the administrator') } },
    { name: 'Cato' },
  ])
  expect(seen.effects).toMatchObject([{ words: { count: 1 } }])

  const batchId = await doMany(db(), rita.actor, 'account', 'activate', both())
  expect(await suspended()).toEqual(['blog.test', 'shop.test'])
  expect(await reasons()).toMatchObject([{ text: 'Spam' }, { text: 'Abuse' }].reverse())
  expect(await standingOf(db(), batchId)).toMatchObject({ done: 2, left: 0 })

  const again = await lookAt(db(), rita.actor, 'account', 'activate', both())
  expect(again.left.map(({ obstacle }) => obstacle!.sentence)).toEqual([
    'It stays suspended: only the administrator can lift this.',
    'It is active already.',
  ])
})

test('undone, each has exactly the reasons it had', async () => {
  // F-80, R-4
  const { rita, cato } = people
  await suspendAccount(db(), rita.actor, cato.account.id, 'Unpaid')
  const before = await reasons()
  const up = await doMany(db(), rita.actor, 'account', 'activate', both())
  expect(await reasons()).toEqual([])

  const undone = await undoMany(db(), rita.actor, up)

  expect(await reasons()).toEqual(before)
  expect(await suspended()).toEqual(['shop.test'])
  expect(await standingOf(db(), up)).toMatchObject({ undone: 1, left: 1 })
  expect(await batchOf(db(), undone)).toMatchObject({ undoes: up, kind: 'bulk.account.activate' })
  await expect(undoMany(db(), rita.actor, up)).rejects.toThrow(Conflict)
  await expect(undoMany(db(), rita.actor, undone)).rejects.toThrow('This cannot be undone.')
})

test('undoing takes back what was done, and nothing that was done by itself', async () => {
  const { rita, cato } = people
  await suspendSubscription(db(), rita.actor, shop.id, 'Spam')
  const down = await doMany(db(), rita.actor, 'account', 'suspend', both(), { text: '' })
  await activateAccount(db(), rita.actor, carla.account.id)
  await suspendAccount(db(), rita.actor, carla.account.id, 'Again')

  const { left } = await undoPreview(db(), rita.actor, await batchOf(db(), down))
  expect(left).toMatchObject([{ name: 'Carla', obstacle: { sentence: 'It was activated since.' } }])
  await undoMany(db(), rita.actor, down)

  expect(await suspended()).toEqual(['blog.test', 'shop.test'])
  const [still] = await db().select().from(accounts).where(eq(accounts.id, cato.account.id))
  expect(still).toMatchObject({ suspended: false })
})

test('subscriptions are suspended and activated by themselves', async () => {
  // P-45
  const { rita } = people
  const ids = [shop.id, blog.id]
  const down = await doMany(db(), rita.actor, 'subscription', 'suspend', ids, { text: 'Spam' })
  expect(await suspended()).toEqual(['blog.test', 'shop.test'])
  expect(await standingOf(db(), down)).toMatchObject({ waiting: 2 })
  const up = await doMany(db(), rita.actor, 'subscription', 'activate', [shop.id])
  expect(await suspended()).toEqual(['blog.test'])
  await undoMany(db(), rita.actor, up)
  await undoMany(db(), rita.actor, down)
  // the first suspension of shop was lifted and made anew, so only blog's is the very one
  expect(await suspended()).toEqual(['shop.test'])
})

test('removed at once, and back from the trash as they were', async () => {
  // P-28, P-67, M-33
  const { ada, rita, cato } = people
  await suspendSubscription(db(), rita.actor, shop.id, 'Spam')
  await db()
    .insert(measured)
    .values({ subscriptionId: shop.id, disk: 3 * 1024 * 1024 })
  const seen = await lookAt(db(), ada.actor, 'account', 'remove', [...both(), rita.account.id])
  expect(seen.left).toMatchObject([{ name: 'Rita', obstacle: { words: { count: 2 } } }])
  // P-68: counted, and how much of it there is
  expect(seen.effects).toMatchObject([
    { words: { count: 2 } },
    { words: { what: 'Domains', count: 2 } },
    { sentence: 'Disk space (MB): {size}', words: { size: 3 } },
    { sentence: 'What {count} {count|subscription|subscriptions} take was not measured yet.' },
  ])

  const gone = await doMany(db(), rita.actor, 'account', 'remove', both())
  expect(await suspended()).toEqual(['blog.test', 'shop.test'])
  const [trashed] = await db().select().from(accounts).where(eq(accounts.id, cato.account.id))
  expect(trashed).toMatchObject({ trashedUntil: expect.any(Date) })

  await undoMany(db(), rita.actor, gone)
  expect(await suspended()).toEqual(['shop.test'])
})
