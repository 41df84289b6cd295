import { eq, sql } from 'drizzle-orm'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { type Cast, cast } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'
import { statements as asked, literal, reads, rowsRead } from './asked.ts'
import { manyContents, manyCustomers } from './many.ts'

const db = ownDatabase(1)
const web = webApp(db)
let people: Cast
beforeAll(async () => {
  people = await cast(db())
  await manyCustomers(db(), people, 10)
  await manyContents(db())
})

/** What a page asks of the database. */
const statements = async (path: string, who: 'ada' | 'rita' = 'ada') =>
  asked(db(), async () => {
    const answer = await (await web.as(people[who])).get(path)
    await answer.text()
    expect(answer.status).toBe(200)
  })

const paths = [
  '/customers',
  '/customers?q=conti',
  '/subscriptions',
  '/subscriptions?q=abel',
  '/audit',
  '/search?q=conti',
  '/mailboxes',
  '/databases?q=abel',
]

test('no page asks more because there is more', async () => {
  const before: number[] = []
  for (const path of paths) before.push((await statements(path)).length)
  await manyCustomers(db(), people, 600)
  await manyContents(db())
  for (const [index, path] of paths.entries()) {
    const after = (await statements(path)).length
    // One more finds out that there are many, which is then known for ten seconds.
    expect(after, path).toBeLessThanOrEqual(before[index]! + 1)
  }
})

// With sorting and whole scans switched off Postgres says where it can do no other way.
test.each([
  ...['name', '-name', 'id', 'company', 'login', '-created'].map(
    (sort) => `/customers?sort=${sort}`,
  ),
  ...['domain', '-id', 'user', 'created'].map((sort) => `/subscriptions?sort=${sort}`),
  ...['name', 'customer', 'user', '-created'].flatMap((sort) =>
    ['/domains', '/forwardings', '/ftp-logins', '/databases'].map((list) => `${list}?sort=${sort}`),
  ),
  ...['address', 'customer', '-created'].flatMap((sort) =>
    ['/mailboxes', '/mailing-lists'].map((list) => `${list}?sort=${sort}`),
  ),
  '/mailboxes?sort=-quota',
  '/databases?sort=-bytes',
  ...['disk', '-home', 'web', '-mail', 'databases'].map((place) => `/usage/disk?sort=${place}`),
  '/audit',
])('%s follows an index, whatever page it is', async (path) => {
  const first = await (await web.as(people.ada)).read(path)
  const next = /rel="next" href="([^"]+)"/.exec(first)?.[1]?.replaceAll('&amp;', '&')
  for (const page of next ? [path, next] : [path]) {
    const asked = (await statements(page)).filter(
      ({ text }) => /order by/.test(text) && /limit/.test(text) && !/offered/.test(text),
    )
    expect(asked.length).toBeGreaterThan(0)
    for (const { text, values } of asked)
      expect(await plan(text, values)).not.toContain('Disabled: true')
  }
})

afterEach(() => void vi.useRealTimers())

// The others grow, and so does the whole; who has as many as before must not wait for them.
test('no page reads more because there is more', { timeout: 60_000 }, async () => {
  const halfSuspended = async () => {
    const half = sql`set suspended = true where id % 2 = 0`
    await db().execute(sql`update subscriptions ${half}`)
    await db().execute(sql`update accounts ${half} and kind = 'customer'`)
    // As autovacuum does: an index says by itself what is there.
    await db().execute(sql`vacuum analyze`)
  }
  const pages = (['ada', 'rita'] as const).flatMap((who) =>
    ['/', '/customers', '/subscriptions', '/customers?q=cato', '/subscriptions?sort=-domain']
      .concat(['/customers?status=suspended', '/subscriptions?status=suspended'])
      .map((path) => [who, path] as const),
  )
  const read = async () => {
    const rows: Record<string, number> = {}
    for (const [who, path] of pages) rows[`${who} ${path}`] = await rowsReadBy(path, who)
    return rows
  }
  await db().execute(sql`update accounts set suspended = false`)
  await manyCustomers(db(), people, 1500)
  await halfSuspended()
  const before = await read()
  await manyCustomers(db(), { ...people, rita: people.rolf, ritasGold: people.rolfsGold }, 1500)
  await halfSuspended()
  const after = await read()

  for (const [page, rows] of Object.entries(after)) {
    expect(rows, page).toBeLessThan(before[page]! * 1.1 + 100)
  }
})

let hours = 0

/** Nothing is known any more of what was counted before. */
function hoursLater() {
  vi.useFakeTimers({ toFake: ['performance'] })
  vi.advanceTimersByTime(++hours * 3_600_000)
}

const rowsReadBy = async (path: string, who: 'ada' | 'rita'): Promise<number> => {
  hoursLater()
  return rowsRead(db(), await statements(path, who))
}

test('that a list is long is believed for ten seconds', async () => {
  hoursLater()
  await db().execute(
    sql`update accounts set suspended = false, trashed_until = null, removing = false`,
  )
  await manyCustomers(db(), people, 1000)
  await db().execute(sql`update accounts set suspended = true where kind = 'customer'`)
  const ada = await web.as(people.ada)
  const lists = ['/customers', '/customers?status=suspended']
  const counts = async () => {
    const pages: string[] = []
    for (const path of lists) pages.push(await ada.read(path))
    return pages.map((page) => />([^<>]* accounts)</.exec(page)?.[1])
  }
  const counting = async () => {
    const all: number[] = []
    for (const path of lists)
      all.push((await statements(path)).filter(({ text }) => /limit 1001/.test(text)).length)
    return all
  }
  const more = 'More than 1,000 accounts'
  expect(await counting()).toEqual([1, 1])
  expect(await counts()).toEqual([more, more])
  expect(await counting()).toEqual([0, 0])

  await db().execute(sql`update accounts set suspended = false where id % 100 <> 0`)
  vi.advanceTimersByTime(9_000)
  expect(await counts()).toEqual([more, more])
  vi.advanceTimersByTime(2_000)
  const left = await db().$count(accounts, eq(accounts.suspended, true))
  expect(await counts()).toEqual([more, `${left} accounts`])
})

test.each(['/customers', '/subscriptions'])('%s is two statements', async (path) => {
  await manyCustomers(db(), people, 1000)
  for (const who of ['ada', 'rita'] as const) {
    await statements(path, who)
    const asked = (await statements(path, who)).filter(({ text }) => reads(text))
    // Who is asking and what there is to choose from, and the rows.
    expect(asked).toHaveLength(2)
  }
})

test.each(['/customers?q=cato', '/subscriptions?q=abel10', '/customers?status=active&q=cato'])(
  '%s is two statements for admins where few match',
  async (path) => {
    const found = (await statements(path)).filter(({ text }) => reads(text))
    expect(found.filter(({ text }) => /limit 1001/.test(text))).toHaveLength(1)
    expect(found.length).toBe(path.includes('status') ? 3 : 2)
  },
)

async function plan(text: string, values: unknown[]): Promise<string> {
  return db().transaction(async (tx) => {
    await tx.execute(sql`set local enable_seqscan = off`)
    await tx.execute(sql`set local enable_sort = off`)
    const rows = await tx.execute<{ 'QUERY PLAN': string }>(
      sql.raw(`explain ${literal(text, values)}`),
    )
    return rows.map((row) => row['QUERY PLAN']).join('\n')
  })
}
