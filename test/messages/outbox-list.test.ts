import { sql } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { listMessages } from '../../src/messages/list.ts'
import { messages } from '../../src/messages/schema.ts'
import { type Cast, cast } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { type Visitor, webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let ada: Visitor
let rita: Visitor
beforeAll(async () => {
  people = await cast(db())
  ada = await web.as(people.ada)
  rita = await web.as(people.rita)
  const [ritas, rolfs] = [people.rita.account.id, people.rolf.account.id]
  await db().execute(sql`
    insert into messages (to_address, to_name, template, actor_name, provider_id, account_id, state,
      subject, created_at)
    select 'reader' || n || '@example.org', 'Reader No. ' || n, 'activated', 'rita',
      case when n % 2 = 0 then ${ritas}::bigint else ${rolfs}::bigint end, null,
      case when n % 100 = 0 then 'failed'::message_state else 'sent' end, 'Your account', now() - n * interval '1 minute'
    from generate_series(1, 20000) as n`)
  const mailing = await db().execute<{ id: string }>(sql`
    insert into mailings (subject, html) values ('New prices for everybody', '<p>x</p>') returning id`)
  await db().execute(sql`
    insert into messages (to_address, to_name, template, actor_name, provider_id, mailing_id, created_at)
    values ('zoe@xn--bcher-kva.example', 'Zoë Bücher', 'message', 'rita', ${ritas}, ${mailing[0]!.id}::bigint, '2020-02-03T12:00Z'),
      ('a_b@example.org', '100% Ada', 'message', 'ada', null, null, '2020-02-04T12:00Z')`)
  await db().execute(sql`analyze messages, message_words`)
})

const shown = async (who: Visitor, query: string) => {
  const page = await who.read(`/outbox?${query}`)
  return [...page.matchAll(/<div class="quiet">([^<]+@[^<]+)<\/div>/g)].map(([, name]) => name)
}

test.each([
  ['reader12346@', ['reader12346@example.org']],
  ['READER NO. 12346', ['reader12346@example.org']],
  ['zoë büch', ['zoe@xn--bcher-kva.example']],
  // of a message that has not gone out yet
  ['prices for every', ['zoe@xn--bcher-kva.example']],
  ['nothing of that', []],
])('“%s” is found in address, name or subject', async (q, found) => {
  expect(await shown(rita, `q=${encodeURIComponent(q)}`)).toEqual(found)
})

// F-39
test('what was typed is taken literally', async () => {
  expect(await shown(ada, `q=${encodeURIComponent('0%')}`)).toEqual(['a_b@example.org'])
  expect(await shown(ada, `q=${encodeURIComponent('a_b')}`)).toEqual(['a_b@example.org'])
})

test('what goes out later is found by the subject it then gets', async () => {
  await db().execute(
    sql`update messages set subject = 'Sonderpreise' where to_address like 'zoe@%'`,
  )
  expect(await shown(rita, 'q=sonderpreis')).toEqual(['zoe@xn--bcher-kva.example'])
  await db().execute(sql`update messages set subject = '' where to_address like 'zoe@%'`)
})

// F-113
test('nobody finds what another reseller has written', async () => {
  expect(await shown(rita, 'q=reader12345@')).toEqual([])
  expect(await shown(ada, 'q=reader12345@')).toEqual(['reader12345@example.org'])
})

test('pages go on from where the last one ended, in either direction', async () => {
  const first = await rita.read('/outbox')
  const next = /href="(\/outbox\?after=[^"]+)"/.exec(first)![1]!.replaceAll('&amp;', '&')
  const second = await rita.read(next)
  const previous = /href="(\/outbox\?before=[^"]+)"/.exec(second)![1]!.replaceAll('&amp;', '&')
  const names = (page: string) =>
    [...page.matchAll(/Reader No\. (\d+)</g)].map(([, n]) => Number(n))

  expect(names(first)).toEqual(Array.from({ length: 50 }, (_, n) => 2 * n + 2))
  expect(names(second)).toEqual(Array.from({ length: 50 }, (_, n) => 2 * n + 102))
  expect(names(await rita.read(previous))).toEqual(names(first))
})

test('state, kind and days narrow it, and each can be taken back', async () => {
  expect(await shown(ada, 'template=message&from=2020-02-03&to=2020-02-03')).toEqual([
    'zoe@xn--bcher-kva.example',
  ])
  const failed = await shown(rita, 'state=failed&q=reader12')
  expect(failed).toContain('reader1200@example.org')
  expect(failed.every((name) => name!.endsWith('00@example.org'))).toBe(true)
  expect(await rita.read('/outbox?state=failed')).toContain('title="Without this filter"')
  expect(await rita.read('/outbox')).toContain('200 messages were not sent.')
})

test('the file has all of it, with what it looks for', async () => {
  const file = await rita.read('/outbox.csv?state=failed')
  const lines = file.trim().split('\r\n')

  expect(lines).toHaveLength(201)
  expect(lines[1]).toMatch(/^Your account,Account activated|^Your account,Activated/)
})

test('what every message has fills a page, and what few have is found by the index', async () => {
  const columns = { where: undefined, limit: 51, cursor: sql<string>`''` }
  const piece = { ...columns, order: [sql`${messages.createdAt} desc`, sql`${messages.id} desc`] }
  const filters = { q: 'reader', timeZone: 'UTC' }
  expect(await listMessages(db(), people.rita.actor, filters, piece)).toHaveLength(51)

  const plan = await db().transaction(async (tx) => {
    await tx.execute(sql`set local enable_seqscan = off`)
    return tx.execute(
      sql`explain select message_id from message_words where words like '%reader12346%'`,
    )
  })
  expect(JSON.stringify(plan)).toContain('message_words_trigrams')
})
