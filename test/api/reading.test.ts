import { beforeAll, describe, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { someone } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'
import { makeWorld, type World } from '../web/world.ts'
import { type Program, program, tokenOf } from './client.ts'

const db = ownDatabase()
const web = webApp(db)
let people: World
let rita: Program
beforeAll(async () => {
  people = await makeWorld(db())
  rita = program(web.app(), await tokenOf(db(), people.rita))
})

describe('a list', () => {
  test('goes on where its page ended, until it ends', async () => {
    const owner = people.rolf.account.id
    const many = Array.from({ length: 120 }, (_, number) => `c${String(number).padStart(3, '0')}`)
    for (const name of many) await someone(db(), 'customer', name, owner)
    const rolf = program(web.app(), await tokenOf(db(), people.rolf))

    const first = await rolf.get('/customers?kind=customer')
    const second = await rolf.get(`/customers?kind=customer&after=${first.body.next}`)
    const all = [...first.body.items, ...second.body.items].map(({ login }) => login)

    expect(first.body.items).toHaveLength(100)
    expect(all).toEqual([...many, 'cleo'])
    expect(second.body.next).toBeNull()
  })

  test('is filtered and sorted as its page', async () => {
    const found = await rita.get('/customers?q=cato&kind=customer&status=active')
    expect(found.body.items.map(({ name }: { name: string }) => name)).toEqual(['Cato'])
    const sorted = await rita.get('/customers?sort=-name')
    expect(sorted.body.items.map(({ name }: { name: string }) => name)).toEqual(['Rita', 'Cato'])
    const subscriptions = await rita.get(`/subscriptions?account=${people.cato.account.id}`)
    expect(subscriptions.body.items).toMatchObject([
      { domain: 'shop.test', planId: people.ritasGold.id },
    ])
  })

  // F-39 says otherwise for people: they see what they asked for, programs do not.
  test.each(['kind=king', 'colour=red', 'sort=colour', 'provider=x', 'after=x&after=y', 'limit=5'])(
    'asked %s is not answered with something else',
    async (query) => {
      const { status, body } = await rita.get(`/customers?${query}`)
      expect([400, 422]).toContain(status)
      if (status === 422) expect(Object.keys(body.errors)).toEqual([query.split('=')[0]])
    },
  )
})

// F-110, F-113
test('what is somebody else’s looks like what is not there', async () => {
  const { id } = people.rolfsGold
  const foreign = await rita.get(`/plans/${id}`)
  const absent = await rita.get('/plans/999999')

  expect(foreign).toMatchObject({ status: 404, body: absent.body })
  const list = await rita.get('/plans')
  expect(list.body.items.map((plan: { id: number }) => plan.id)).toEqual([people.ritasGold.id])
})

// P-62
test('a description is not for whom it is about', async () => {
  await db().update(accounts).set({ description: 'Pays late' })
  const cato = program(web.app(), await tokenOf(db(), people.cato))
  const at = `/customers/${people.cato.account.id}`

  expect((await rita.get(at)).body.description).toBe('Pays late')
  expect((await cato.get(at)).body.description).toBe('')
})

test('a subscription says what it is to have, and how far its host is', async () => {
  const { body } = await rita.get(`/subscriptions/${people.shop.id}`)

  expect(body).toMatchObject({
    domain: 'shop.test',
    status: 'active',
    values: { disk: 1024 ** 3, mailboxes: 0, php: true },
    progress: { state: 'waiting', jobId: people.job },
  })
  expect(body.createdAt).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  expect(JSON.stringify(body)).not.toContain('passwordHash')
})

// F-97
test.each([
  ['HEAD', '/plans', 405],
  ['PUT', '/plans', 405],
  ['OPTIONS', '/plans', 405],
  ['DELETE', '/plans/offered', 405],
  ['PUT', '/nowhere', 404],
  ['GET', '/plans/0x1', 404],
  ['GET', '/plans/', 404],
  ['GET', '/customers/1%00', 404],
])('%s %s is %i', async (method, path, status) => {
  const answer = await rita.ask(method, path, undefined, {
    'X-HTTP-Method-Override': 'GET',
  })
  expect(answer.status).toBe(status)
  if (status === 405 && method !== 'HEAD') expect(answer.headers.get('Allow')).toContain('GET')
})

test('problems speak the language that is asked for', async () => {
  const { body } = await rita.get('/plans/999999', { 'Accept-Language': 'de' })
  expect(body).toMatchObject({ title: 'Nicht gefunden', status: 404 })
})
