import { eq, sql } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { databases } from '../../src/databases/schema.ts'
import { measured, subscriptions } from '../../src/subscriptions/schema.ts'
import { aSubscription, type Cast, cast } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { type Visitor, webApp } from '../support/web.ts'
import { manyCustomers } from './many.ts'

const db = ownDatabase()
const web = webApp(db)
const MB = 1024 ** 2
let people: Cast
let [ada, rita, cato] = [] as unknown as [Visitor, Visitor, Visitor]

beforeAll(async () => {
  people = await cast(db())
  ada = await web.as(people.ada)
  rita = await web.as(people.rita)
  cato = await web.as(people.cato)
  for (const [someone, name] of [
    [people.cato, 'catos'],
    [people.cleo, 'cleos'],
  ] as const) {
    const { id } = await aSubscription(db(), someone.account, people.host, null, `${name}.test`)
    await db()
      .insert(databases)
      .values(
        Array.from({ length: 60 }, (_, n) => ({
          subscriptionId: id,
          name: `${name}_${n}`,
          bytes: n === 0 ? null : MB,
        })),
      )
  }
})

/** What stands below the columns. */
async function totals(visitor: Visitor, path: string): Promise<Record<string, string>> {
  const page = await visitor.read(path)
  const foot = /<tfoot>(.*?)<\/tfoot>/s.exec(page)?.[1] ?? ''
  const cells = [...foot.matchAll(/data-label="([^"]+)">([^<]+)</g)]
  return Object.fromEntries(cells.map(([, label, total]) => [label!, total!]))
}

// F-113: of what one may see
test('a list adds up all that is filtered, not just the page', async () => {
  expect(await totals(ada, '/databases')).toEqual({ Users: '0', Size: '118 MB' })
  expect(await totals(rita, '/databases')).toEqual({ Users: '0', Size: '59 MB' })
  expect(await totals(cato, '/databases?q=catos_1')).toEqual({ Users: '0', Size: '11 MB' })
  expect(await totals(ada, '/databases?q=catos_17')).toEqual({})
})

test('customers by their subscriptions, which are added up by what was measured', async () => {
  const [one] = await db()
    .select()
    .from(subscriptions)
    .where(eq(subscriptions.domain, 'catos.test'))
  await db()
    .insert(measured)
    .values({ subscriptionId: one!.id, disk: 3 * MB, traffic: null })
  expect(await totals(ada, '/customers')).toEqual({ Subscriptions: '2' })
  await ada.post('/columns', { list: '/subscriptions', query: '', column: ['disk', 'traffic'] })
  expect(await totals(ada, '/subscriptions')).toEqual({ 'Disk space': '3 MB', Traffic: '0 bytes' })
  expect(await ada.read('/subscriptions')).toContain('not measured yet')
})

// S-61, S-66
test('what is beyond its limit is marked', async () => {
  const over = async () =>
    /class="text-end over" data-label="([^"]+)"/.exec(await ada.read('/subscriptions'))?.[1]
  expect(await over()).toBeUndefined()
  await db()
    .update(measured)
    .set({ disk: 1024 ** 4 })
  expect(await over()).toBe('Disk space')
})

test('many are added up for who asks only', async () => {
  await manyCustomers(db(), people, 600)
  const page = await ada.read('/customers')
  expect(await totals(ada, '/customers')).toEqual({})
  expect(page).toContain('href="/customers?totals=all"')
  expect(await totals(ada, '/customers?totals=all')).toEqual({ Subscriptions: '1,202' })
  expect(await totals(rita, '/customers')).toEqual({ Subscriptions: '601' })
  expect(await totals(ada, '/customers?totals=all&status=suspended')).toEqual({
    Subscriptions: '120',
  })
})

test('so is the traffic of many', async () => {
  await db().execute(sql`insert into usage_months (subscription_id, month, web, ftp, mail, counter)
    select id, month, 1048576, 0, 0, 'x' from subscriptions, unnest(array['2026-10', '2026-11']) as month`)
  const page = await ada.read('/usage/traffic')
  const months = [...page.matchAll(/<th scope="row">([^<]+)</g)].map(([, month]) => month)
  expect(months).toEqual(['November 2026', 'October 2026'])
  expect(page).not.toContain('<svg viewBox="0 0 720')
  expect(page).not.toContain('data-label="Total"')
  expect(page).toContain('<a class="btn" href="/usage/traffic?totals=all">Add up all</a>')

  const asked = await ada.read('/usage/traffic?totals=all')
  expect(asked.match(/data-label="Total">1.2 GB</g)).toHaveLength(2)
  expect(asked).toContain('<svg viewBox="0 0 720')
  expect(asked).not.toContain('Add up all')
  expect(await rita.read('/usage/traffic')).toContain('data-label="Total">601 MB<')
  expect(await cato.read('/usage/traffic')).toContain('data-label="Total">1 MB<')
})

// However many there are, so many are looked at and no more.
test('the sum of very many says that there are more', async () => {
  await db().execute(sql`insert into databases (subscription_id, name, bytes)
    select (select min(id) from subscriptions), 'x' || n, 1048576 from generate_series(1, 100001) as n`)
  const { Size } = await totals(ada, '/databases?totals=all')
  expect(Size).toMatch(/^More than 9\d\.\d GB$/)
})
