import { beforeAll, expect, test } from 'vitest'
import { aLogin, type Cast, cast } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { type Visitor, webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let rita: Visitor
beforeAll(async () => {
  people = await cast(db())
  rita = await web.as(people.rita)
})

/** How often somebody is answered before it is too much. */
async function answered(ask: () => Promise<Response>, atMost = 300): Promise<number> {
  for (let times = 0; times < atMost; times++) {
    const answer = await ask()
    if (answer.status !== 429) continue
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await answer.text()).toContain('very often')
    return times
  }
  return atMost
}

// F-133
test('exports have an end, for this login and whatever list', async () => {
  const lists = ['/customers.csv', '/subscriptions.csv', '/databases.csv']
  let n = 0
  expect(await answered(() => rita.get(lists[n++ % lists.length]!))).toBe(60)
  expect((await rita.get('/jobs.csv')).status).toBe(429)
  expect((await rita.get('/customers')).status).toBe(200)
})

test('others are served all the same, also of the same account', async () => {
  const { get } = await web.as(people.rolf)
  expect((await get('/customers.csv')).status).toBe(200)
  const clerk = await web.as(await aLogin(db(), people.rita, 'clerk', 'read'))
  expect((await clerk.get('/customers.csv')).status).toBe(200)
  const again = await web.as(people.rita)
  expect((await again.get('/customers.csv')).status).toBe(429)
})

test('searches, bulk actions and imports too', async () => {
  expect(await answered(() => rita.get('/search?q=ab'))).toBe(120)
  expect(await answered(() => rita.post('/customers/bulk', {}))).toBe(200)
  expect(await answered(() => rita.post('/customers/import', {}))).toBe(100)
  expect((await rita.get('/customers/import/1')).status).toBe(429)
  expect((await rita.get('/customers/import')).status).toBe(200)
})
