import { randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { auditEntries } from '../../src/audit/schema.ts'
import { LiveDocument } from '../../src/contract/document.ts'
import { Forbidden, Invalid, NotFound, Taken, TooMany } from '../../src/errors.ts'
import { hosts } from '../../src/hosts/schema.ts'
import { jobs } from '../../src/jobs/schema.ts'
import { initialValues } from '../../src/plans/catalogue.ts'
import { plans, resellers } from '../../src/plans/schema.ts'
import { parts } from '../../src/runner/parts.ts'
import { createSubscription, type Wish } from '../../src/subscriptions/creation.ts'
import { takeCredentials } from '../../src/subscriptions/credentials.ts'
import { subscriptions } from '../../src/subscriptions/schema.ts'
import { wantedDocuments } from '../../src/subscriptions/wanted.ts'
import { aPlan, aSubscription, type Cast, cast, type Someone } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'

const db = ownDatabase(24)
const key = randomBytes(32)
let people: Cast
beforeEach(async () => {
  await emptied(db())
  people = await cast(db())
})

const wish = (more: Partial<Wish> = {}): Wish => ({
  domain: 'shop.test',
  planId: people.ritasGold.id,
  hostId: null,
  ...more,
})
const create = (who: Someone, owner: Someone, more: Partial<Wish> = {}) =>
  createSubscription(db(), key, who.actor, owner.account.id, wish(more))
const all = () => db().select().from(subscriptions)
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  )

test('a subscription is a domain, a plan, a host, a user, and one job', async () => {
  const { rita, cato, host, ritasGold } = people
  const { subscription, jobId } = await create(rita, cato, { domain: 'http://www.Shop.test/x' })

  expect(subscription).toMatchObject({
    accountId: cato.account.id,
    planId: ritasGold.id,
    hostId: host.id,
    domain: 'shop.test',
    systemUser: 'shop',
    generation: 1,
    appliedGeneration: 0,
    values: ritasGold.values,
  })
  expect(await db().select().from(jobs)).toMatchObject([
    { id: jobId, hostId: host.id, priority: 0, payload: { subscriptionId: subscription.id } },
  ])
  const [document] = await wantedDocuments(db(), parts, [subscription.id], Buffer.alloc(32))
  expect(() => LiveDocument.parse(document)).not.toThrow()
  const trail = await db()
    .select()
    .from(auditEntries)
    .where(eq(auditEntries.objectId, subscription.id))
  expect(trail).toMatchObject([
    { action: 'subscription.created', actorName: 'rita', accountId: cato.account.id },
  ])
  expect(JSON.stringify([trail, await db().select().from(jobs)])).not.toContain('$6$')
})

test('its password is shown once, to who made it', async () => {
  // F-52, S-34
  const { rita, cato, ada } = people
  const { subscription } = await create(rita, cato)
  const of = { subscriptionId: subscription.id }

  for (const other of [ada, cato]) {
    expect(await takeCredentials(db(), key, other.actor, of)).toBeUndefined()
  }
  const shown = await takeCredentials(db(), key, rita.actor, of)
  expect(shown).toMatchObject({ occasion: 'created', systemUser: 'shop', login: null })
  expect(shown!.password.length).toBeGreaterThan(15)
  expect(await takeCredentials(db(), key, rita.actor, of)).toBeUndefined()
})

test('uids are given once and never again', async () => {
  const { rita, cato } = people
  const one = await create(rita, cato)
  await db().delete(subscriptions)
  const two = await create(rita, cato)
  expect(two.subscription.uid).toBeGreaterThan(one.subscription.uid)
})

test('of twenty at once that want one name, however written, one gets it', async () => {
  // F-15
  const { rita, cato } = people
  const forms = ['Example.COM', 'example.com', 'example.com.', 'http://www.example.com/']
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      refusal(create(rita, cato, { domain: forms[index % forms.length]! })),
    ),
  )

  expect(results.filter((one) => one === undefined)).toHaveLength(1)
  for (const one of results.filter((one) => one !== undefined)) {
    expect(one).toMatchObject({ field: 'domain', message: 'This domain is already in use.' })
  }
  expect(await all()).toHaveLength(1)
})

test('twenty at once with names from one stem get twenty system users', async () => {
  const { rita, cato } = people
  await Promise.all(
    Array.from({ length: 20 }, (_, index) => create(rita, cato, { domain: `shop.t${index}a` })),
  )
  const names = (await all()).map((row) => row.systemUser)
  expect(new Set(names).size).toBe(20)
  expect(names.every((name) => /^shop[0-9]*$/.test(name))).toBe(true)
})

test('a name is taken whoever has it, and nobody is told who', async () => {
  // F-113, R-17
  const { rita, cato, rolf, cleo, rolfsGold } = people
  await create(rita, cato)
  const planId = rolfsGold.id

  expect(await refusal(create(rolf, cleo, { planId }))).toMatchObject({
    field: 'domain',
    message: 'This domain is already in use.',
  })
  expect(await refusal(create(rolf, cleo, { planId, domain: 'blog.shop.test' }))).toMatchObject({
    field: 'domain',
    message: 'This name belongs to a domain that is already in use.',
  })
  await create(rita, cato, { domain: 'blog.shop.test' })
})

test('a name that is still being removed is refused with that reason', async () => {
  // F-19
  const { rita, cato, host } = people
  await aSubscription(db(), cato.account, host, null, 'shop.test', { removing: true })
  expect(await refusal(create(rita, cato))).toMatchObject({
    field: 'domain',
    message: expect.stringContaining('still being removed'),
  })
})

test('reserved names and those of hosts are refused', async () => {
  // F-12
  const { rita, cato, host } = people
  await db().update(hosts).set({ address: 'web1.test' }).where(eq(hosts.id, host.id))
  for (const domain of ['web1.test', 'mail.shop.test']) {
    expect(await refusal(create(rita, cato, { domain }))).toMatchObject({ field: 'domain' })
  }
  expect(await all()).toEqual([])
})

test('only plans of the provider are sold, and only what it has left', async () => {
  // F-114, R-23
  const { rita, cato, adasGold, rolfsGold, host } = people
  for (const planId of [adasGold.id, rolfsGold.id, 987_654]) {
    expect(await refusal(create(rita, cato, { planId }))).toMatchObject({ field: 'plan' })
  }

  const small = { ...initialValues('reseller'), disk: 100 }
  await db()
    .update(resellers)
    .set({ values: small })
    .where(eq(resellers.accountId, rita.account.id))
  const big = await aPlan(db(), rita.account, 'Big', { disk: 60 })
  await create(rita, cato, { planId: big.id })
  expect(await refusal(create(rita, cato, { planId: big.id, domain: 'two.test' }))).toBeInstanceOf(
    Invalid,
  )
  expect(await all()).toHaveLength(1)
  expect(host.id).toBe((await all())[0]!.hostId)
})

test('an admin’s plan is for its resellers too, unless it says otherwise', async () => {
  const { ada, rita, cato } = people
  const silver = await aPlan(db(), ada.account, 'Silver')
  const { subscription } = await create(rita, cato, { planId: silver.id })
  expect(subscription).toMatchObject({ planId: silver.id, accountId: cato.account.id })

  await db().update(plans).set({ notForResellers: true }).where(eq(plans.id, silver.id))
  expect(
    await refusal(create(rita, cato, { planId: silver.id, domain: 'two.test' })),
  ).toMatchObject({ field: 'plan' })
})

test('a suspended account gets a suspended subscription', async () => {
  const { rita, cato } = people
  await db().update(accounts).set({ suspended: true }).where(eq(accounts.id, cato.account.id))
  const { subscription } = await create(rita, cato)
  expect(subscription.suspended).toBe(true)
})

test('strangers find no account, customers make none', async () => {
  // F-110
  const { rolf, cleo, cato, rita, ada, adasGold, ritasGold } = people
  expect(await refusal(create(rolf, cato))).toBeInstanceOf(NotFound)
  expect(await refusal(create(cleo, cato))).toBeInstanceOf(NotFound)
  expect(await refusal(create(cato, cato))).toBeInstanceOf(Forbidden)
  expect(await all()).toEqual([])

  // M-4: everybody can own subscriptions
  await create(rita, rita, { planId: ritasGold.id })
  await create(ada, ada, { planId: adasGold.id, domain: 'ada.test' })
  expect(await all()).toHaveLength(2)
})

test('no host, no subscription, and nothing is written', async () => {
  await db().update(hosts).set({ state: 'offline' })
  expect(await refusal(create(people.rita, people.cato))).toMatchObject({ field: 'host' })
  expect(await all()).toEqual([])
  expect(await db().select().from(jobs)).toEqual([])
})

test('whoever goes through a list of names is stopped, and admins are not', async () => {
  // F-113
  const { ada, rita, rolf, cleo, cato, rolfsGold, adasGold } = people
  await create(rita, cato)
  const probe = () => refusal(create(rolf, cleo, { planId: rolfsGold.id }))
  for (let n = 0; n < 40; n++) expect(await probe()).toMatchObject({ field: 'domain' })
  expect(await probe()).toBeInstanceOf(TooMany)
  await create(rolf, cleo, { planId: rolfsGold.id, domain: 'free.test' })

  for (let n = 0; n < 50; n++) {
    expect(await refusal(create(ada, ada, { planId: adasGold.id }))).toBeInstanceOf(Taken)
  }
})

test('the host is the admin’s to choose', async () => {
  // F-114
  const { ada, rita, cato, host } = people
  expect(await refusal(create(rita, cato, { hostId: host.id }))).toMatchObject({ field: 'host' })
  const { subscription } = await create(ada, cato, { hostId: host.id })
  expect(subscription.hostId).toBe(host.id)
})
