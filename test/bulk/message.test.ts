import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { standingOf } from '../../src/bulk/receipt.ts'
import { retryFailed } from '../../src/bulk/retrying.ts'
import { jobs } from '../../src/jobs/schema.ts'
import { deliverMessageHandler } from '../../src/messages/provision.ts'
import { mailings, messages } from '../../src/messages/schema.ts'
import { key, set } from '../messages/cast.ts'
import { type MailServer, mailServer, refusal } from '../messages/mail-server.ts'
import { running, untilIdle } from '../runner/cast.ts'
import { type Cast, cast, type Someone, someone } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'
import { batchOf, doMany, lookAt } from './doing.ts'

const db = ownDatabase()
const web = webApp(db, { sealingKey: key })
const typed = { subject: 'New prices', html: '<p>Dear customer</p>' }
let people: Cast
let carl: Someone
let server: MailServer

beforeAll(async () => {
  server = await mailServer()
})
afterAll(() => server.close())
beforeEach(async () => {
  server.received.length = 0
  await emptied(db())
  await emptied(db(), ['messages', 'mailings', 'settings'])
  await set(db(), { sender: 'panel@host.test', smtp: server.smtp(key), mailsPerMinute: 60_000 })
  people = await cast(db())
  carl = await someone(db(), 'customer', 'carl', people.rita.account.id)
})

const all = () => {
  const { cato, cleo, rita } = people
  return [cato, carl, cleo, rita].map(({ account }) => account.id)
}
const write = () => doMany(db(), people.rita.actor, 'account', 'message', all(), typed)

async function runAll() {
  await using _ = await running(db.url(), [deliverMessageHandler], { sealingKey: key })
  await untilIdle(db())
}

// F-110, F-77
test('goes to each that was chosen and is theirs, kept once', async () => {
  const seen = await lookAt(db(), people.rita.actor, 'account', 'message', all(), typed)
  expect(seen.going.map(({ name }) => name)).toEqual(['Carl', 'Cato'])
  expect(seen.left.map(({ name }) => name)).toEqual(['Rita'])

  const batchId = await write()
  expect(await standingOf(db(), batchId)).toMatchObject({ waiting: 2, left: 1, done: 0 })
  await runAll()
  expect(server.received.flatMap(({ to }) => to).toSorted()).toEqual([
    'carl@example.org',
    'cato@example.org',
  ])
  expect(await db().$count(mailings)).toBe(1)
  expect(await standingOf(db(), batchId)).toMatchObject({ done: 2, left: 1 })
})

test('its receipt says why one was not sent, and sends only that one again', async () => {
  server.trouble.to.push(refusal(550, 'No such user'))
  const batchId = await write()
  await runAll()
  expect(await standingOf(db(), batchId)).toMatchObject({ done: 1, failed: 1 })
  const rita = await web.as(people.rita)
  expect(await rita.read(`/batches/${batchId}`)).toContain('550 No such user')

  expect(await retryFailed(db(), people.rita.actor, await batchOf(db(), batchId))).toBe(1)
  await runAll()
  expect(await standingOf(db(), batchId)).toMatchObject({ done: 2, failed: 0 })
  expect(server.received.length).toBe(2)
})

// F-62
test('goes out at the pace an admin has set, and holds up no other mail', async () => {
  await set(db(), { mailsPerMinute: 1 })
  await write()
  await write()
  const waiting = await db()
    .select({ seconds: sql<number>`round(extract(epoch from run_at - now()) / 60)::integer` })
    .from(jobs)
    .orderBy(jobs.runAt)
  expect(waiting.map(({ seconds }) => seconds)).toEqual([0, 1, 2, 3])
})

// F-76, F-78
test('ten thousand are one statement each of texts, mails, jobs and audit', async () => {
  await db().execute(sql`
    insert into accounts (kind, provider_id, name, email)
    select 'customer', ${people.rita.account.id}, 'C' || n, 'c' || n || '@example.org'
    from generate_series(1, 10000) n`)
  const rows = await db().execute<{ id: string }>(sql`select id from accounts where name like 'C%'`)
  const ids = rows.map(({ id }) => Number(id))
  await doMany(db(), people.rita.actor, 'account', 'message', ids, typed)
  expect([await db().$count(messages), await db().$count(jobs)]).toEqual([10_002, 10_002])
}, 60_000)

test('the customers are told of a suspension and of its end by mail, when that is asked for', async () => {
  // P-15, P-19: with the text for the customer
  const { rita, cato } = people
  const ids = [cato.account.id, carl.account.id]
  const down = await doMany(db(), rita.actor, 'account', 'suspend', ids, {
    text: 'Unpaid',
    mail: true,
  })
  const told = await db().select().from(messages).orderBy(messages.id)
  expect(told).toMatchObject([
    { template: 'suspended', accountId: cato.account.id, words: { text: 'Unpaid' } },
    { template: 'suspended', accountId: carl.account.id, providerId: rita.account.id },
  ])
  expect(await standingOf(db(), down)).toMatchObject({ waiting: 2 })
  const visitor = await web.as(rita)
  expect(await visitor.read(`/batches/${down}/undo`)).toContain(
    '2 mails about it cannot be taken back',
  )

  await doMany(db(), rita.actor, 'account', 'activate', ids, { mail: true })
  expect(await db().$count(messages)).toBe(4)
  await doMany(db(), rita.actor, 'account', 'suspend', ids, { text: '' })
  expect(await db().$count(messages)).toBe(4)
})

test('the box for it is on the page', async () => {
  const visitor = await web.as(people.rita)
  const id = [people.cato, carl].map(({ account }) => String(account.id))
  const answer = await visitor.post('/customers/bulk', { id, action: 'suspend' })
  const at = answer.headers.get('location')!
  const html = await visitor.read(at)
  expect(html).toContain('Tell the customers by mail')
  const seen = /name="seen" value="([^"]+)"/.exec(html)![1]!
  await visitor.post(at.split('?')[0]!, { action: 'suspend', seen, text: 'Unpaid', mail: 'on' })
  expect(await db().$count(messages)).toBe(2)
})
