import { eq } from 'drizzle-orm'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { accounts, logins } from '../../src/accounts/schema.ts'
import { auditEntries } from '../../src/audit/schema.ts'
import { verifyPassword } from '../../src/auth/passwords.ts'
import { sealedSecrets } from '../../src/auth/schema.ts'
import { subscriptions } from '../../src/subscriptions/schema.ts'
import { aSubscription, type Cast, cast, type Someone, someone } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'
import { type Program, program, tokenOf } from './client.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let rita: Program
let rolf: Program
let ada: Program
let cara: Someone
let number = 0
const as = async (who: Someone) => program(web.app(), await tokenOf(db(), who))
beforeAll(async () => {
  people = await cast(db())
  ;[rita, rolf, ada] = await Promise.all([as(people.rita), as(people.rolf), as(people.ada)])
})
beforeEach(async () => {
  cara = await someone(db(), 'customer', `cara${++number}`, people.rita.account.id)
})

/** She was sold the API with a subscription. */
async function asCara() {
  const { host, ritasGold } = people
  await aSubscription(db(), cara.account, host, ritasGold, `cara${number}.test`)
  return as(cara)
}

const rowOf = async (id: number) => {
  const [row] = await db().select().from(accounts).where(eq(accounts.id, id))
  return row
}
const fresh = (more: object = {}) => ({
  login: `fred${++number}`,
  name: 'Fred',
  email: 'fred@fred.test',
  ...more,
})

describe('a new customer', () => {
  test('is there, with the password told once', async () => {
    const { status, body, headers } = await rita.post('/customers', fresh({ city: 'Bonn' }))

    expect(status).toBe(201)
    expect(headers.get('Location')).toBe(`/api/v1/customers/${body.id}`)
    expect(body).toMatchObject({
      kind: 'customer',
      providerId: people.rita.account.id,
      city: 'Bonn',
    })
    const [login] = await db().select().from(logins).where(eq(logins.accountId, body.id))
    expect(await verifyPassword(login!.passwordHash, body.credentials.password)).toBe(true)
    expect(await db().$count(sealedSecrets)).toBe(0)
  })

  // P-63, S-35
  test('comes with a subscription in one step, or not at all', async () => {
    const wish = { domain: 'fred.test', planId: people.ritasGold.id }
    const { status, body } = await rita.post('/customers', fresh({ subscription: wish }))

    expect(status).toBe(201)
    const { body: found } = await rita.get(`/subscriptions/${body.subscriptionId}`)
    expect(found).toMatchObject({ domain: 'fred.test', accountId: body.id })
    expect(found.progress.jobId).toBe(body.jobId)
    expect(body.credentials.systemUser).toBe(found.systemUser)

    const before = await db().$count(accounts)
    const foreign = { domain: 'other.test', planId: people.rolfsGold.id }
    const refused = await rita.post('/customers', fresh({ subscription: foreign }))
    expect(refused).toMatchObject({ status: 422 })
    expect(Object.keys(refused.body.errors)).toEqual(['subscription.planId'])
    expect(await db().$count(accounts)).toBe(before)
  })

  test('is audited as its login’s, by the token', async () => {
    const { body } = await rita.post('/customers', fresh())
    const [entry] = await db()
      .select()
      .from(auditEntries)
      .where(eq(auditEntries.objectId, body.id))
      .orderBy(auditEntries.id)

    expect(entry).toMatchObject({
      action: 'account.created',
      actorName: 'rita',
      token: 'of rita',
      address: '192.0.2.1',
    })
  })

  // F-82, F-83, F-115
  test.each([
    ['role', { role: 'owner' }],
    ['providerId', { providerId: 1 }],
    ['suspended', { suspended: false }],
    ['is_admin', { is_admin: true }],
    ['kind', { kind: 'admin' }],
    ['name', { name: '' }],
    ['email', { email: 'a@b.test\r\nBcc: x@y.test' }],
    ['language', { language: 'xx' }],
    ['apiAccess', { apiAccess: 'on' }],
    ['city', { city: 5 }],
    ['resellerPlanId', { resellerPlanId: '5' }],
    ['login', { login: 'cato' }],
    ['password', { password: 'short' }],
    ['subscription.planId', { subscription: { domain: 'x.test' } }],
  ])('is refused for %s', async (field, more) => {
    const before = await db().$count(accounts)
    const { status, body } = await rita.post('/customers', fresh(more))

    expect(status).toBe(422)
    expect(Object.keys(body.errors)).toEqual([field])
    expect(body.errors[field][0]).not.toMatch(/^(Invalid|Too)/)
    expect(await db().$count(accounts)).toBe(before)
  })

  // F-114
  test('a reseller makes no resellers', async () => {
    expect((await rita.post('/customers', fresh({ kind: 'reseller' }))).status).toBe(403)
    expect((await ada.post('/customers', fresh({ kind: 'reseller' }))).status).toBe(201)
  })

  // F-72
  test('asked for twenty times at once with one key is one', async () => {
    const wish = fresh()
    const key = { 'Idempotency-Key': 'order 4711' }
    const all = await Promise.all(
      Array.from({ length: 20 }, () => rita.post('/customers', wish, key)),
    )
    const made = all.filter(({ status }) => status === 201)

    expect(made).toHaveLength(1)
    const places = all.map(({ headers }) => headers.get('Location'))
    expect(new Set(places)).toEqual(new Set([`/api/v1/customers/${made[0]!.body.id}`]))
    expect(all.filter(({ status }) => status === 303)).toHaveLength(19)
    const own = eq(logins.name, wish.login)
    expect(await db().$count(logins, own)).toBe(1)
  })

  test('with a key of somebody else, of a refused one, of another wish', async () => {
    const key = { 'Idempotency-Key': 'order 4712' }
    expect((await rita.post('/customers', fresh({ name: '' }), key)).status).toBe(422)
    expect((await rita.post('/customers', fresh(), key)).status).toBe(201)
    expect((await rolf.post('/customers', fresh(), key)).status).toBe(201)
    const other = await rita.post('/customers', fresh(), key)
    expect(other).toMatchObject({ status: 422 })
    expect(other.body.detail).toContain('Something else')
  })
})

describe('a change', () => {
  const at = () => `/customers/${cara.account.id}`

  test('of some fields leaves the others', async () => {
    await rita.patch(`${at()}/description`, { description: 'Pays late' })
    const { version } = (await rita.get(at())).body
    const { status, body } = await rita.patch(at(), { version, city: 'Köln', apiAccess: true })

    expect(status).toBe(200)
    expect(body).toMatchObject({ city: 'Köln', apiAccess: true, description: 'Pays late' })
    expect(body).toMatchObject({ name: cara.account.name, email: cara.account.email })
    expect(body.version).toBe(version + 1)
  })

  // F-73
  test('of what somebody else has changed meanwhile is refused', async () => {
    const [first, second] = await Promise.all([
      rita.patch(at(), { version: 1, city: 'Bonn' }),
      rita.patch(at(), { version: 1, city: 'Ulm' }),
    ])
    expect([first.status, second.status].toSorted()).toEqual([200, 409])
  })

  test('of what is the provider’s is not the customer’s to make', async () => {
    const own = await asCara()
    const { version } = (await own.get(at())).body
    expect((await own.patch(at(), { version, apiAccess: false })).status).toBe(403)
    expect((await own.patch(at(), { version, city: 'Ulm' })).status).toBe(200)
    expect(
      (await own.patch(at(), { version: version + 1, email: 'new@x.test' })).body.errors,
    ).toEqual({
      current: ['Required'],
    })
  })

  test.each([null, [], 'x', { version: '1' }, { version: 1, role: 'owner' }, { city: 'x' }])(
    'refuses %j',
    async (body) => {
      expect((await rita.patch(at(), body === 'x' ? '"x"' : body)).status).toBe(422)
      expect(await rowOf(cara.account.id)).toMatchObject({ version: 1 })
    },
  )

  test.each([
    ['{', 400],
    ['{"version":1,"city":"\\u0000"}', 400],
    ['', 400],
    [`{"version":1,"city":"${'x'.repeat(1_100_000)}"}`, 413],
    [`{"version":1,"city":"${'x'.repeat(5_000_000)}"}`, 413],
    [`${'['.repeat(100_000)}`, 400],
    ['{"__proto__":{"version":1}}', 422],
  ])('of a body that is none: %.20s', async (body, status) => {
    const answer = await rita.ask('PATCH', at(), body)
    expect(answer.status).toBe(status)
    expect(answer.body).toMatchObject({ status })
  })

  test('in another type of content is not accepted', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp']) {
      const answer = await rita.ask('PATCH', at(), '{"version":1}', { 'Content-Type': type })
      expect(answer.status).toBe(415)
    }
  })
})

describe('suspension', () => {
  const at = () => `/customers/${cara.account.id}/suspension`

  test('is set, told with its reason, and lifted', async () => {
    const set = await rita.post(at(), { text: 'Unpaid' })
    expect(set.body).toMatchObject({ status: 'suspended', reasons: [{ text: 'Unpaid' }] })
    expect((await rita.post(at(), { text: 'Unpaid' })).body.reasons).toHaveLength(1)
    // what the admin said stays.
    await ada.post(at(), { text: 'Abuse' })
    const lifted = await rita.delete(at())
    expect(lifted.body).toMatchObject({ status: 'suspended', reasons: [{ reason: 'admin' }] })
    expect((await ada.delete(at())).body).toMatchObject({ status: 'active', reasons: [] })
  })

  test('is not the customer’s own to set, nor a stranger’s', async () => {
    expect((await (await asCara()).post(at(), {})).status).toBe(403)
    expect((await rolf.post(at(), {})).status).toBe(404)
    expect((await rolf.delete(at())).status).toBe(404)
    expect(await rowOf(cara.account.id)).toMatchObject({ suspended: false })
  })
})

describe('removal', () => {
  const at = (below = 'removal') => `/customers/${cara.account.id}/${below}`

  // F-84, M-33
  test('takes what it told, by name, and can be taken back', async () => {
    const told = (await rita.get(at())).body
    const { name, going } = told
    expect((await rita.post(at(), { name: 'Somebody', going })).status).toBe(422)
    const gone = await rita.post(at(), { name, going })
    expect(gone.status).toBe(200)
    expect(new Date(gone.body.trashedUntil).getTime()).toBeGreaterThan(Date.now())
    expect((await rita.post(at(), { name, going })).status).toBe(409)
    expect((await rita.post(at('restoration'))).body.status).toBe('active')
  })

  test('of one that got more meanwhile does nothing', async () => {
    const { name, going } = (await rita.get(at())).body
    const wish = { accountId: cara.account.id, domain: `more${number}.test` }
    await rita.post('/subscriptions', { ...wish, planId: people.ritasGold.id })
    expect((await rita.post(at(), { name, going })).status).toBe(422)
    expect(await rowOf(cara.account.id)).toMatchObject({ trashedUntil: null })
  })

  test('is not for the customer, nor for a stranger', async () => {
    const { name, going } = (await rita.get(at())).body
    expect((await (await asCara()).post(at(), { name, going })).status).toBe(403)
    expect((await rolf.post(at(), { name, going })).status).toBe(404)
    expect(await rowOf(cara.account.id)).toMatchObject({ trashedUntil: null })
  })

  test('for good takes all of it', async () => {
    const { name, going } = (await rita.get(at())).body
    await rita.post(at(), { name, going, forGood: true })
    expect((await rita.get(`/customers/${cara.account.id}`)).status).toBe(404)
    const own = eq(subscriptions.accountId, cara.account.id)
    expect(await db().$count(subscriptions, own)).toBe(0)
  })
})

// P-21, R-18
test('an admin converts an account, and back', async () => {
  const carl = await someone(db(), 'customer', 'carl', people.ada.account.id)
  const at = `/customers/${carl.account.id}/conversion`
  expect((await rita.post(at, { to: 'reseller', planId: null })).status).toBe(404)
  const there = await ada.post(at, { to: 'reseller', planId: null })
  expect(there.body).toMatchObject({ kind: 'reseller' })
  expect((await ada.get(`/batches/${there.body.batchId}`)).status).toBe(200)
  const { plans, released } = (await ada.get(at)).body
  expect((await ada.post(at, { to: 'customer', plans, released })).body.kind).toBe('customer')
})
