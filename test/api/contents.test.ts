import { eq } from 'drizzle-orm'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { databases, databaseUsers } from '../../src/databases/schema.ts'
import { ftpLogins } from '../../src/ftp/schema.ts'
import { mailboxes, mailingLists } from '../../src/mail/schema.ts'
import { domains, type Subscription, subscriptions } from '../../src/subscriptions/schema.ts'
import { aLogin, aSubscription, type Cast, cast, type Someone } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'
import { type Program, program, tokenOf } from './client.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let shop: Subscription
let number = 0
let cato: Program
let rolf: Program
let looker: Program
let clerk: Program
const as = async (who: Someone) => program(web.app(), await tokenOf(db(), who))
beforeAll(async () => {
  people = await cast(db())
  looker = await as(await aLogin(db(), people.cato, 'looker', 'read'))
  clerk = await as(await aLogin(db(), people.cato, 'clerk', 'mail'))
  rolf = await as(people.rolf)
})
beforeEach(async () => {
  const { cato: owner, host, ritasGold } = people
  const values = {
    ...ritasGold.values,
    ...{ domains: 9, mailboxes: 3, mailingLists: 3, mailAliases: 3, ftpLogins: 1, databases: 3 },
  }
  shop = await aSubscription(db(), owner.account, host, ritasGold, `c${++number}.test`, { values })
  cato = await as(owner)
})

const MB = 1024 ** 2
const fields = ({ status, body }: { status: number; body: { errors?: object } }) => [
  status,
  Object.keys(body.errors ?? {}),
]
const generation = async () => {
  const [row] = await db().select().from(subscriptions).where(eq(subscriptions.id, shop.id))
  return row!.generation
}

/** Of each kind: what makes one, another one, a change, and what is refused. */
const kinds = [
  {
    path: '/domains',
    table: domains,
    wish: () => ({ name: `blog${number}.test` }),
    changed: { www: false, suspendedText: 'Back soon' },
    refused: [
      ['name', { name: '10.0.0.1' }],
      ['sharedWithId', { sharedWithId: 999_999 }],
      ['kind', { kind: 'main' }],
    ] as const,
    area: 'hosting',
  },
  {
    path: '/mailboxes',
    table: mailboxes,
    wish: () => ({ local: 'info', domain: shop.domain, quota: 100 * MB, aliases: ['sales'] }),
    changed: { quota: 50 * MB, forwardTo: ['me@elsewhere.test'] },
    refused: [
      ['local', { local: 'a b' }],
      ['quota', { quota: 1 }],
      ['password', { password: 'short' }],
      ['passwordHash', { passwordHash: 'x' }],
      ['forwardTo.0', { forwardTo: ['x\r\nBcc: y@z.test'] }],
    ] as const,
    area: 'mail',
  },
  {
    path: '/mailing-lists',
    table: mailingLists,
    wish: () => ({ local: 'news', domain: shop.domain, owner: 'cato@cato.test' }),
    changed: { members: ['a@x.test', 'b@x.test'], posting: 'anyone' },
    refused: [
      ['owner', { owner: 'nobody' }],
      ['posting', { posting: 'closed' }],
      ['members', { members: ['nobody'] }],
    ] as const,
    area: 'mail',
  },
  {
    path: '/ftp-logins',
    table: ftpLogins,
    wish: () => ({ name: 'photos', folder: 'photos' }),
    changed: { folder: 'pictures' },
    refused: [
      ['folder', { folder: '../other' }],
      ['password', { password: 'short' }],
      ['uid', { uid: 0 }],
    ] as const,
    area: 'hosting',
  },
  {
    path: '/databases',
    table: databases,
    wish: () => ({ name: 'shop' }),
    changed: null,
    refused: [
      ['address', { address: 'somewhere' }],
      ['password', { password: 'short' }],
      ['host', { host: '%' }],
    ] as const,
    area: 'hosting',
  },
]

describe.each(kinds)('$path', ({ path, table, wish, changed, refused, area }) => {
  const whole = (more: object = {}) => ({ subscriptionId: shop.id, ...wish(), ...more })
  const count = () => db().$count(table, eq(table.subscriptionId, shop.id))
  const remove = (by: Program, id: number) =>
    path === '/domains' ? by.post(`${path}/${id}/removal`, {}) : by.delete(`${path}/${id}`)

  test('is made, shown, listed, changed and removed, each with a job for its host', async () => {
    const before = await count()
    const made = await cato.post(path, whole())
    expect(made.status).toBe(202)
    const { id } = made.body
    expect(made.headers.get('Location')).toBe(`/api/v1${path}/${id}`)
    expect(await generation()).toBe(2)
    expect((await cato.get(`/jobs/${made.body.jobId}`)).body.subscriptionId).toBe(shop.id)
    expect((await cato.get(`${path}/${id}`)).body).toMatchObject({ id, subscriptionId: shop.id })
    const listed = await cato.get(`${path}?subscription=${shop.id}`)
    expect(listed.body.items.map((row: { id: number }) => row.id)).toContain(id)

    if (changed) {
      const change = await cato.patch(`${path}/${id}`, { version: 1, ...changed })
      expect(change).toMatchObject({ status: 202, body: { ...changed, version: 2 } })
      const late = await cato.patch(`${path}/${id}`, { version: 1, ...changed })
      expect(late.status).toBe(409)
    }
    expect(await remove(cato, id)).toMatchObject({ status: 202 })
    expect((await remove(cato, id)).status).toBe(404)
    expect(await count()).toBe(before)
  })

  test('is not for a stranger', async () => {
    const { body } = await cato.post(path, whole())
    const at = `${path}/${body.id}`
    expect((await rolf.post(path, whole())).status).toBe(404)
    expect((await rolf.get(at)).status).toBe(404)
    if (changed) expect((await rolf.patch(at, { version: 1, ...changed })).status).toBe(404)
    expect((await remove(rolf, body.id)).status).toBe(404)
    const { items } = (await rolf.get(`${path}?subscription=${shop.id}`)).body
    expect(items).toEqual([])
  })

  //
  test('is not for who may only look, and mail only for who has mail', async () => {
    const { body } = await cato.post(path, whole())
    const at = `${path}/${body.id}`
    expect((await looker.get(at)).status).toBe(200)
    expect((await looker.post(path, whole())).status).toBe(403)
    expect((await remove(looker, body.id)).status).toBe(403)
    expect((await clerk.get(at)).status).toBe(area === 'mail' ? 200 : 404)
    expect((await remove(clerk, body.id)).status).toBe(area === 'mail' ? 202 : 404)
  })

  test('is refused at the field', async () => {
    const before = await count()
    for (const [field, more] of refused) {
      expect(fields(await cato.post(path, whole(more)))).toEqual([422, [field]])
    }
    expect(await count()).toBe(before)
    expect(await generation()).toBe(1)
  })

  test('asked for twice, and many times at once, is one', async () => {
    const before = await count()
    const key = { 'Idempotency-Key': `${path} ${number}` }
    const all = await Promise.all(Array.from({ length: 5 }, () => cato.post(path, whole(), key)))
    expect(all.map(({ status }) => status).toSorted()).toEqual([202, 303, 303, 303, 303])
    // without a key it is another wish for the same name
    expect((await cato.post(path, whole())).status).toBe(422)
    expect(await count()).toBe(before + 1)
  })
})

// F-85
test('the last one allowed goes to one of many at once', async () => {
  const all = await Promise.all(
    Array.from({ length: 6 }, (_, one) =>
      cato.post('/ftp-logins', { subscriptionId: shop.id, name: `one${one}` }),
    ),
  )
  expect(all.map(({ status }) => status).toSorted()).toEqual([202, ...Array(5).fill(422)])
})

describe('a password', () => {
  test.each([
    ['/mailboxes', () => ({ local: 'info', domain: shop.domain, quota: MB })],
    ['/ftp-logins', () => ({ name: 'photos' })],
  ])('of %s is told in the answer that made it, and never again', async (path, wish) => {
    const made = await cato.post(path, { subscriptionId: shop.id, ...wish() })
    expect(made.body.password).toMatch(/^\w{5}-/)
    const at = `${path}/${made.body.id}`
    expect(JSON.stringify((await cato.get(at)).body)).not.toContain(made.body.password)
    const again = await cato.post(`${at}/password`)
    expect(again.body.password).not.toBe(made.body.password)
    const typed = await cato.post(`${at}/password`, { password: 'correct horse battery 9' })
    expect(typed.body.password).toBeNull()
  })

  test('of a database’s users likewise', async () => {
    const { body } = await cato.post('/databases', { subscriptionId: shop.id, name: 'shop' })
    const at = `/databases/${body.id}/users`
    const second = await cato.post(at, { name: 'reader' })
    expect(second.body.users).toHaveLength(2)
    expect(second.body.password).toMatch(/^\w{5}-/)
    const fresh = await cato.post(`${at}/${second.body.userId}/password`)
    expect(fresh.body.password).toMatch(/^\w{5}-/)
    const gone = await cato.delete(`${at}/${second.body.userId}`)
    expect(gone.body.users.map(({ id }: { id: number }) => id)).toEqual([body.userId])
    expect(await db().$count(databaseUsers, eq(databaseUsers.databaseId, body.id))).toBe(1)
  })
})

// F-84
test('a domain takes no address with it that was not told', async () => {
  const { body } = await cato.post('/domains', {
    subscriptionId: shop.id,
    name: `mail${number}.test`,
  })
  await cato.post('/mailboxes', {
    ...{ subscriptionId: shop.id, local: 'info', domain: body.name, quota: MB },
  })
  expect((await cato.get(`/domains/${body.id}`)).body.addresses).toBe(1)
  expect((await cato.post(`/domains/${body.id}/removal`, {})).status).toBe(422)
  expect((await cato.post(`/domains/${body.id}/removal`, { addresses: 1 })).status).toBe(202)
  const main = await cato.get(`/domains?subscription=${shop.id}&kind=main`)
  const [{ id }] = main.body.items
  expect((await cato.post(`/domains/${id}/removal`, {})).status).toBe(409)
})
