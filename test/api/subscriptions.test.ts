import { eq } from 'drizzle-orm'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { resellers } from '../../src/plans/schema.ts'
import { type Subscription, subscriptions } from '../../src/subscriptions/schema.ts'
import { aPlan, aSubscription, type Cast, cast, reread, type Someone } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'
import { type Program, program, tokenOf } from './client.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let shop: Subscription
let number = 0
let rita: Program
let rolf: Program
let cato: Program
const as = async (who: Someone) => program(web.app(), await tokenOf(db(), who))
beforeAll(async () => {
  people = await cast(db())
})
beforeEach(async () => {
  const { rita: seller, cato: owner, host, ritasGold } = people
  shop = await aSubscription(db(), owner.account, host, ritasGold, `shop${++number}.test`)
  ;[rita, rolf, cato] = await Promise.all([as(seller), as(people.rolf), as(owner)])
})

const at = (below = '') => `/subscriptions/${shop.id}${below}`
const wish = (more: object = {}) => ({
  accountId: people.cato.account.id,
  domain: `new${++number}.test`,
  planId: people.ritasGold.id,
  ...more,
})

describe('a new subscription', () => {
  test('is wanted, its host has the job, and its password is told once', async () => {
    const { status, body, headers } = await rita.post('/subscriptions', wish({ imap: true }))

    expect(status).toBe(202)
    expect(headers.get('Location')).toBe(`/api/v1/subscriptions/${body.id}`)
    expect(body).toMatchObject({ status: 'active', values: { imap: true } })
    expect(body.credentials).toMatchObject({ systemUser: body.systemUser, login: null })
    expect((await rita.get(`/jobs/${body.jobId}`)).body).toMatchObject({
      state: 'waiting',
      subscriptionId: body.id,
    })
  })

  // F-82, F-83, F-114
  test.each([
    ['price', { price: 0 }],
    ['values', { values: { disk: 'unlimited' } }],
    ['hostId', { hostId: 1 }],
    ['planId', { planId: 999_999 }],
    ['planId', { planId: null }],
    ['accountId', { accountId: '1' }],
    ['domain', { domain: '127.0.0.1' }],
    ['domain', { domain: '' }],
    ['virusScan', { virusScan: 'on' }],
  ])('is refused for %s', async (field, more) => {
    const before = await db().$count(subscriptions)
    const { status, body } = await rita.post('/subscriptions', wish(more))

    expect([status, Object.keys(body.errors)]).toEqual([422, [field]])
    expect(await db().$count(subscriptions)).toBe(before)
  })

  test('is not a customer’s to make, nor for somebody else’s customer', async () => {
    expect((await cato.post('/subscriptions', wish())).status).toBe(404)
    expect((await rolf.post('/subscriptions', wish())).status).toBe(404)
  })

  // F-85: the very rule of the form
  test('of the last that is left goes to one of many at once', async () => {
    const own = eq(resellers.accountId, people.rita.account.id)
    const [contract] = await db().select().from(resellers).where(own)
    const limit = (await db().$count(subscriptions)) + 1
    const values = { ...contract!.values, subscriptions: limit }
    await db().update(resellers).set({ values }).where(own)
    const all = await Promise.all(
      Array.from({ length: 8 }, () => rita.post('/subscriptions', wish())),
    )
    await db().update(resellers).set({ values: contract!.values }).where(own)

    expect(all.map(({ status }) => status).toSorted()).toEqual([202, ...Array(7).fill(422)])
  })
})

describe('a plan', () => {
  test('is changed, and given up', async () => {
    const silver = await aPlan(db(), people.rita.account, `Silver${number}`, {
      api: true,
      databases: 3,
    })
    const { status, body } = await rita.post(at('/plan'), { planId: silver.id })
    expect(status).toBe(202)
    expect(body).toMatchObject({ planId: silver.id, values: { databases: 3 } })
    expect(body.jobId).toBeGreaterThan(0)
    const custom = await rita.post(at('/plan'), { planId: null })
    expect(custom.body).toMatchObject({ planId: null, values: { databases: 3 } })
  })

  test('must be on offer, and is not the customer’s to choose', async () => {
    const foreign = await rita.post(at('/plan'), { planId: people.rolfsGold.id })
    expect([foreign.status, Object.keys(foreign.body.errors)]).toEqual([422, ['planId']])
    expect((await cato.post(at('/plan'), { planId: null })).status).toBe(403)
    expect((await rolf.post(at('/plan'), { planId: null })).status).toBe(404)
    expect(await reread(db(), shop)).toMatchObject({ planId: people.ritasGold.id })
  })

  // P-31
  test('has add-ons, each once', async () => {
    const more = await aPlan(db(), people.rita.account, `More${number}`, { databases: 5 }, 'add-on')
    const added = await rita.post(at('/add-ons'), { planId: more.id })
    expect(added.body).toMatchObject({ addOnIds: [more.id], values: { databases: 5 } })
    expect((await rita.post(at('/add-ons'), { planId: more.id })).status).toBe(422)
    const removed = await rita.delete(at(`/add-ons/${more.id}`))
    expect(removed.body).toMatchObject({ addOnIds: [], values: { databases: 0 } })
  })
})

describe('values', () => {
  const MB = 1024 ** 2

  test('of its own differ from the plan’s, the others follow it', async () => {
    const { status, body } = await rita.patch(at('/values'), {
      version: shop.version,
      values: { disk: 'unlimited', traffic: 512 * MB, perl: true },
    })
    expect(status).toBe(202)
    expect(body.values).toMatchObject({ disk: 'unlimited', traffic: 512 * MB, perl: true })
    expect(body.values.mailboxes).toBe(0)
  })

  test.each([
    ['values.disk', { disk: -1 }],
    ['values.disk', { disk: MB + 1 }],
    ['values.disk', { disk: '1' }],
    ['values.cpuLimit', { cpuLimit: 0 }],
    ['values.overuseNotice', { overuseNotice: 101 }],
    ['values.overuseNotice', { overuseNotice: 'unlimited' }],
    ['values.perl', { perl: 'on' }],
    ['values.shell', { shell: 'zsh' }],
    ['values.oversell', { oversell: true }],
    ['values.gold', { gold: 1 }],
  ])('refuses %s', async (field, values) => {
    const { status, body } = await rita.patch(at('/values'), { version: shop.version, values })
    expect([status, Object.keys(body.errors)]).toEqual([422, [field]])
    expect(body.errors[field][0]).not.toMatch(/^(Invalid|Too)/)
  })

  // P-46: what the plan lets its customer change, and nothing else
  test('that a customer may not change are refused', async () => {
    const { version } = (await cato.get(at())).body
    const refused = await cato.patch(at('/values'), { version, values: { perl: true } })
    expect(refused.status).toBe(403)
    expect((await reread(db(), shop))!.values.perl).toBe(false)
  })

  test('beyond what their seller has are refused at the property', async () => {
    const own = eq(resellers.accountId, people.rita.account.id)
    const [contract] = await db().select().from(resellers).where(own)
    await db()
      .update(resellers)
      .set({ values: { ...contract!.values, perl: false } })
      .where(own)
    const answer = await rita.patch(at('/values'), {
      version: shop.version,
      values: { perl: true },
    })
    await db().update(resellers).set({ values: contract!.values }).where(own)
    expect([answer.status, Object.keys(answer.body.errors)]).toEqual([422, ['values.perl']])
  })
})

test('has a last day, a shell and a new password', async () => {
  expect((await rita.post(at('/expiry'), { expiresOn: '2999-12-31' })).body.expiresOn).toBe(
    '2999-12-31',
  )
  expect((await rita.post(at('/expiry'), { expiresOn: null })).body.expiresOn).toBeNull()
  expect((await rita.post(at('/expiry'), { expiresOn: '31.12.2999' })).status).toBe(422)
  expect((await rita.post(at('/shell'), { shell: 'bash' })).body.values.shell).toBe('bash')
  const fresh = await rita.post(at('/password'), {})
  expect(fresh.body.credentials.password).toMatch(/^\w{5}-/)
  const { passwordHash } = (await reread(db(), shop))!
  expect(passwordHash).not.toBe(shop.passwordHash)
  const typed = await rita.post(at('/password'), { password: 'correct horse battery 9' })
  expect(typed.body.credentials).toBeNull()
})

test('is suspended and activated, by each for their own reason', async () => {
  const set = await cato.post(at('/suspension'), { text: 'Rests' })
  expect(set).toMatchObject({ status: 202, body: { status: 'suspended' } })
  expect(set.body.jobId).toBeGreaterThan(0)
  await rita.post(at('/suspension'), { text: 'Unpaid' })
  expect((await cato.delete(at('/suspension'))).body).toMatchObject({
    reasons: [{ reason: 'reseller', text: 'Unpaid' }],
  })
  expect((await rita.delete(at('/suspension'))).body).toMatchObject({ status: 'active' })
  expect((await rolf.post(at('/suspension'), {})).status).toBe(404)
})

// M-33
test('goes into the trash, comes back, and goes for good', async () => {
  expect((await cato.post(at('/removal'), {})).status).toBe(403)
  expect((await rolf.post(at('/removal'), {})).status).toBe(404)
  expect((await rita.post(at('/removal'), {})).body.status).toBe('trash')
  expect((await rita.post(at('/removal'), {})).status).toBe(409)
  expect((await rita.post(at('/restoration'), {})).body.status).toBe('active')
  const gone = await rita.post(at('/removal'), { forGood: true })
  expect(gone.body).toMatchObject({ status: 'removing' })
  expect((await rita.post(at('/plan'), { planId: null })).status).toBe(409)
})
