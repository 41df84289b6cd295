import { sql } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { type Cast, cast } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'
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
async function statements(path: string): Promise<{ text: string; values: unknown[] }[]> {
  const client = db().$client as unknown as {
    unsafe: (text: string, values?: unknown[], more?: object) => unknown
  }
  const { unsafe } = client
  const asked: { text: string; values: unknown[] }[] = []
  client.unsafe = (text, values = [], more = {}) => {
    asked.push({ text, values })
    return unsafe(text, values, more)
  }
  try {
    const answer = await (await web.as(people.ada)).get(path)
    await answer.text()
    expect(answer.status).toBe(200)
  } finally {
    client.unsafe = unsafe
  }
  return asked
}

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
    // Less where no reseller is on the page any more.
    expect(after, path).toBeLessThanOrEqual(before[index]!)
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

async function plan(text: string, values: unknown[]): Promise<string> {
  return db().transaction(async (tx) => {
    await tx.execute(sql`set local enable_seqscan = off`)
    await tx.execute(sql`set local enable_sort = off`)
    const literal = text.replaceAll(
      /\$(\d+)/g,
      (_, n) => `'${String(values[Number(n) - 1]).replaceAll("'", "''")}'`,
    )
    const rows = await tx.execute<{ 'QUERY PLAN': string }>(sql.raw(`explain ${literal}`))
    return rows.map((row) => row['QUERY PLAN']).join('\n')
  })
}
