import { randomBytes } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { auditEntries } from '../../src/audit/schema.ts'
import { changeContactInfo } from '../../src/auth/address-change.ts'
import { signIn } from '../../src/auth/sign-in.ts'
import { Conflict, Forbidden, Invalid, NotFound } from '../../src/errors.ts'
import { jobs } from '../../src/jobs/schema.ts'
import { parts } from '../../src/runner/parts.ts'
import { settings } from '../../src/settings/schema.ts'
import { contents } from '../../src/subscriptions/contents.ts'
import { createSubscription } from '../../src/subscriptions/creation.ts'
import { storeOutcome } from '../../src/subscriptions/outcome.ts'
import { goingWith, removeAccount, removeSubscription } from '../../src/subscriptions/removal.ts'
import { measured, type Subscription } from '../../src/subscriptions/schema.ts'
import { suspendAccount, suspendSubscription } from '../../src/subscriptions/suspension.ts'
import {
  discardAccount,
  discardSubscription,
  restoreAccount,
  restoreSubscription,
} from '../../src/subscriptions/trash.ts'
import { emptyTrash } from '../../src/subscriptions/trash-end.ts'
import { wantedDocuments } from '../../src/subscriptions/wanted.ts'
import { aSubscription, type Cast, cast, password, reread } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { loginCalled, webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let shop: Subscription
let blog: Subscription
beforeEach(async () => {
  await emptied(db())
  await db().delete(settings)
  people = await cast(db())
  const { cato, host, ritasGold } = people
  shop = await aSubscription(db(), cato.account, host, ritasGold, 'shop.test')
  blog = await aSubscription(db(), cato.account, host, ritasGold, 'blog.test')
})

const discard = async (of = people.cato.account) =>
  discardAccount(db(), people.rita.actor, of.id, await goingWith(db(), of.id))
const accountOf = async ({ id }: { id: number }) =>
  (await db().select().from(accounts).where(eq(accounts.id, id)))[0]
const overdue = async () => {
  await db().execute(sql`update accounts set trashed_until = trashed_until - interval '8 days'`)
  await db().execute(
    sql`update subscriptions set trashed_until = trashed_until - interval '8 days'`,
  )
}
const states = async () =>
  (await wantedDocuments(db(), parts, [shop.id, blog.id], Buffer.alloc(32))).map(
    ({ state }) => state,
  )
const keep = (days: number, accountId = 0) =>
  db().insert(settings).values({ accountId, name: 'trashDays', value: days })
const counted = Object.fromEntries(contents.map(({ property }) => [property, '0']))
const visitor = { address: null, userAgent: null }

test('what is removed is off at once, and is restored to exactly what it was (M-33, R-4)', async () => {
  const { rita, cato } = people
  await suspendSubscription(db(), rita.actor, blog.id, 'Spam')
  const before = [await reread(db(), shop), await reread(db(), blog)]

  const until = await discard()

  expect(until!.getTime() - Date.now()).toBeGreaterThan(6.9 * 86_400_000)
  expect(await states()).toEqual(['suspended', 'suspended'])
  expect((await db().select().from(jobs)).map((job) => job.subscriptionId)).toContain(shop.id)
  expect(await signIn(db(), 'cato', password, visitor)).toBeNull()
  expect(await (await web.as(cato)).get('/')).toMatchObject({ status: 303 })

  await restoreAccount(db(), rita.actor, cato.account.id)

  expect(await accountOf(cato.account)).toEqual(cato.account)
  expect(await states()).toEqual(['active', 'suspended'])
  const grown = { generation: before[0]!.generation + 2 }
  expect([await reread(db(), shop), await reread(db(), blog)]).toEqual([
    { ...before[0], ...grown },
    before[1],
  ])
  expect(await signIn(db(), 'cato', password, visitor)).not.toBeNull()
  const actions = (await db().select().from(auditEntries)).map(({ action }) => action)
  expect(actions).toEqual(expect.arrayContaining(['account.trashed', 'account.restored']))
})

test('a suspended account comes back suspended', async () => {
  await suspendAccount(db(), people.rita.actor, people.cato.account.id, 'Unpaid')
  await discard()
  await restoreAccount(db(), people.rita.actor, people.cato.account.id)
  expect(await accountOf(people.cato.account)).toMatchObject({
    suspended: true,
    trashedUntil: null,
  })
})

test('nothing about it can be changed meanwhile', async () => {
  // F-81
  const { rita, cato } = people
  await discard()
  const { id, version } = cato.account
  await expect(suspendSubscription(db(), rita.actor, shop.id, '')).rejects.toThrow(Conflict)
  const change = changeContactInfo(
    db(),
    rita.actor,
    id,
    { version, wish: cato.account, current: '' },
    { address: null, userAgent: null },
    async () => {},
  )
  await expect(change).rejects.toThrow(Conflict)
  await expect(discard()).rejects.toThrow(Conflict)
})

test('it goes from hosts and database when its time is over', async () => {
  await discard()
  expect(await emptyTrash(db())).toBe(0)
  await overdue()

  expect(await emptyTrash(db())).toBe(1)

  expect(await states()).toEqual(['removed', 'removed'])
  await expect(restoreAccount(db(), people.rita.actor, people.cato.account.id)).rejects.toThrow(
    'This account is being removed.',
  )
  for (const { id } of [shop, blog]) await gone(id)
  expect(await accountOf(people.cato.account)).toBeUndefined()
})

async function gone(id: number) {
  const { generation } = (await reread(db(), { id }))!
  const answer = { id, generation, ok: true, changed: [], errors: [], shortfalls: [], facts: null }
  await storeOutcome(db(), [answer])
}

test('the provider says how long; 0 is at once', async () => {
  await keep(30)
  await keep(2, people.rita.account.id)
  const until = await discardSubscriptionUntil()
  expect(until!.getTime() - Date.now()).toBeLessThan(2.1 * 86_400_000)

  await db()
    .update(settings)
    .set({ value: 0 })
    .where(eq(settings.accountId, people.rita.account.id))
  expect(await discard()).toBeNull()
  expect(await states()).toEqual(['removed', 'removed'])
})

async function discardSubscriptionUntil() {
  await discardSubscription(db(), people.rita.actor, shop.id)
  return (await reread(db(), shop))!.trashedUntil
}

test('one subscription goes into the trash by itself, and stays there when its account comes back', async () => {
  const { rita, cato } = people
  await discardSubscription(db(), rita.actor, shop.id)
  expect(await states()).toEqual(['suspended', 'active'])
  await discard()
  await expect(restoreSubscription(db(), rita.actor, shop.id)).rejects.toThrow(Conflict)
  await restoreAccount(db(), rita.actor, cato.account.id)
  expect(await states()).toEqual(['suspended', 'active'])

  await restoreSubscription(db(), rita.actor, shop.id)
  expect(await states()).toEqual(['active', 'active'])
  await expect(restoreSubscription(db(), rita.actor, shop.id)).rejects.toThrow(Conflict)

  await discardSubscription(db(), rita.actor, shop.id)
  await overdue()
  expect(await emptyTrash(db())).toBe(1)
  expect(await states()).toEqual(['removed', 'active'])
})

test('from the trash it can be removed at once', async () => {
  const { rita, cato } = people
  await discardSubscription(db(), rita.actor, shop.id)
  await removeSubscription(db(), rita.actor, shop.id)
  expect(await states()).toEqual(['removed', 'active'])

  await discard()
  await removeAccount(db(), rita.actor, cato.account.id, await goingWith(db(), cato.account.id))
  expect(await states()).toEqual(['removed', 'removed'])
})

test('its names stay taken, and only its own provider is told why (F-19, F-113)', async () => {
  await discard()
  const open = (of: keyof Cast & ('rita' | 'rolf'), domain: string) =>
    createSubscription(db(), randomBytes(32), people[of].actor, people[of].account.id, {
      domain,
      planId: of === 'rita' ? people.ritasGold.id : people.rolfsGold.id,
      hostId: null,
    })
  await expect(open('rolf', 'shop.test')).rejects.toThrow('This domain is already in use.')
  await expect(open('rita', 'shop.test')).rejects.toThrow(Invalid)

  const fields = {
    login: 'cato',
    name: 'New',
    email: 'new@example.org',
    password,
    repeat: password,
  }
  const create = async (who: 'rita' | 'rolf') =>
    (await (await web.as(people[who])).post('/customers/new', fields)).text()
  expect(await create('rolf')).toContain('This user name is already in use.')
  expect(await create('rita')).toContain('This user name is in the trash.')
  expect((await loginCalled(db(), 'cato'))!.accountId).toBe(people.cato.account.id)
})

test('strangers and the customer itself have no say', async () => {
  const { rolf, cato } = people
  const going = await goingWith(db(), cato.account.id)
  await expect(discardAccount(db(), rolf.actor, cato.account.id, going)).rejects.toThrow(NotFound)
  await expect(discardAccount(db(), cato.actor, cato.account.id, going)).rejects.toThrow(Forbidden)
  await discard()
  await expect(restoreAccount(db(), rolf.actor, cato.account.id)).rejects.toThrow(NotFound)
  await expect(restoreSubscription(db(), rolf.actor, shop.id)).rejects.toThrow(NotFound)
})

test('the page wants the name typed, keeps it restorable, and gives it back', async () => {
  // P-28, M-33
  const rita = await web.as(people.rita)
  const at = `/customers/${people.cato.account.id}`
  const fields = { name: 'cat', ...counted, subscriptions: '2', domains: '2' }
  await db()
    .insert(measured)
    .values({ subscriptionId: shop.id, disk: 5 * 1024 ** 3 })
  const asked = await rita.read(`${at}/removal`)
  expect(asked).toContain('can be restored for 7 days')
  expect(asked).toContain('2 subscriptions')
  expect(asked).toContain('<strong>5 GB</strong>')
  expect(asked).toContain('1 not measured yet')
  expect(await rita.read(`/subscriptions/${shop.id}/removal`)).toContain('<strong>5 GB</strong>')
  const wrong = await rita.post(`${at}/removal`, fields)
  expect(wrong.status).toBe(422)
  expect(await wrong.text()).toContain('This is not its name. Type Cato.')
  expect((await rita.post(`${at}/removal`, { ...fields, name: 'Cato' })).status).toBe(303)

  expect(await rita.read(at)).toContain('In the trash until')
  expect(await rita.read(`${at}/removal`)).toContain('This cannot be undone.')
  expect((await rita.post(`${at}/restoration`)).status).toBe(303)
  expect((await rita.post(`${at}/restoration`)).status).toBe(409) // twice
  expect(await accountOf(people.cato.account)).toMatchObject({ trashedUntil: null })
})
