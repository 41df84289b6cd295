import { eq, ne, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { auditEntries } from '../../src/audit/schema.ts'
import { jobs } from '../../src/jobs/schema.ts'
import { deliverMessageHandler } from '../../src/messages/provision.ts'
import { messages } from '../../src/messages/schema.ts'
import { settleStranded } from '../../src/messages/stranded.ts'
import { running, untilIdle } from '../runner/cast.ts'
import { type Cast, cast } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'
import { key, queued, read, set, toCato } from './cast.ts'
import { type MailServer, mailServer, refusal } from './mail-server.ts'

const db = ownDatabase()
const web = webApp(db, { sealingKey: key })
let people: Cast
let server: MailServer

beforeAll(async () => {
  people = await cast(db())
  server = await mailServer()
})
afterAll(() => server.close())
beforeEach(async () => {
  server.received.length = 0
  await emptied(db(), ['messages', 'deliveries', 'jobs', 'settings'])
  await set(db(), { sender: 'panel@host.test', smtp: server.smtp(key) })
})

async function runAll() {
  await using _ = await running(db.url(), [deliverMessageHandler], { sealingKey: key })
  await untilIdle(db())
}

/** As a try without an answer leaves it. */
async function unknown(): Promise<number> {
  const id = await queued(db(), people, toCato(people))
  await db().update(messages).set({ state: 'unknown', handedOverAt: sql`now()`, tries: 1 })
  await db().delete(jobs)
  return id
}

test('shows what was sent, every try, and what the mail server said', async () => {
  server.trouble.to.push(refusal(451, 'Come back <b>later</b>'))
  const id = await queued(db(), people, toCato(people))
  await runAll()
  await db().update(jobs).set({ runAt: sql`now()` })
  await runAll()

  const rita = await web.as(people.rita)
  expect(await rita.read('/outbox')).toContain('Your account is active again')
  const page = await rita.read(`/outbox/${id}`)
  expect(page).toContain('451 Come back &lt;b&gt;later&lt;/b&gt;') // F-70
  expect(page).toContain('250 Taken as no. 7')
  const content = await rita.get(`/outbox/${id}/content`)
  expect(content.headers.get('Content-Security-Policy')).toMatch(/^sandbox;/)
  expect((await content.text()).trim()).toBe(server.received[0]!.mail.html?.trim())
})

test('masks secrets before and after it is sent', async () => {
  const { to, accountId, providerId } = toCato(people)
  const id = await queued(db(), people, {
    ...{ to, accountId, providerId },
    template: 'newPassword',
    words: { login: 'cato' },
    secrets: { key, words: { password: 'hunter-2-hunter' }, minutes: 60 },
  })
  const rita = await web.as(people.rita)
  const pages = async () =>
    (await rita.read(`/outbox/${id}`)) + (await rita.read(`/outbox/${id}/content`))
  const before = await pages()
  await runAll()
  const after = await pages()

  expect(server.received[0]!.mail.text).toContain('hunter-2-hunter')
  for (const seen of [before, after]) {
    expect(seen).toContain('••••')
    expect(seen).not.toContain('hunter')
  }
})

// F-110
test('is seen by who wrote it and by admins, and by nobody else', async () => {
  const id = await queued(db(), people, toCato(people))
  const statuses = async (who: keyof Cast) => {
    const visitor = await web.as(people[who] as Cast['ada'])
    return Promise.all(
      ['', '/content'].map(async (below) => (await visitor.get(`/outbox/${id}${below}`)).status),
    )
  }
  expect(await statuses('rita')).toEqual([200, 200])
  expect(await statuses('ada')).toEqual([200, 200])
  expect(await statuses('rolf')).toEqual([404, 404])
  expect(await statuses('cato')).toEqual([404, 404])
  const rolf = await web.as(people.rolf)
  expect(await rolf.read('/outbox')).not.toContain('cato@example.org')
  expect(await rolf.read(`/outbox?account=${people.cato.account.id}`)).not.toContain('cato@')
})

describe('a message of which nobody knows whether it was sent', () => {
  test('is sent again by a person, knowingly', async () => {
    const id = await unknown()
    await runAll()
    expect(server.received.length).toBe(0)

    const rita = await web.as(people.rita)
    expect(await rita.read(`/outbox/${id}`)).toContain('it may have been sent or not')
    expect((await rita.post(`/outbox/${id}/delivery`, {})).status).toBe(303)
    await runAll()
    expect(server.received.length).toBe(1)
    expect(await read(db(), id)).toMatchObject({ state: 'sent', tries: 2 })
    const entry = (await db().select().from(auditEntries)).at(-1)
    expect(entry).toMatchObject({ action: 'message.sent_again', actorName: 'rita' })
  })

  test('counts as sent when somebody has looked', async () => {
    const id = await unknown()
    await (await web.as(people.rita)).post(`/outbox/${id}/arrival`, {})
    await runAll()
    expect(await read(db(), id)).toMatchObject({ state: 'sent', tries: 1 })
    expect(server.received.length).toBe(0)
  })
})

test('a message that was withdrawn is not sent, and its job ends', async () => {
  await set(db(), { smtp: null })
  const id = await queued(db(), people, toCato(people))
  await runAll()
  expect(await db().select().from(jobs)).toMatchObject([{ state: 'parked' }])

  await (await web.as(people.rita)).post(`/outbox/${id}/withdrawal`, {})
  await set(db(), { smtp: server.smtp(key) })
  await runAll()
  expect(server.received.length).toBe(0)
  expect(await db().$count(jobs)).toBe(0)
  expect(await read(db(), id)).toMatchObject({ state: 'withdrawn' })
})

test('all that failed start again at once, of each provider its own', async () => {
  await set(db(), { smtp: null })
  const ritas = await queued(db(), people, toCato(people))
  const rolfs = await queued(db(), people, {
    ...toCato(people),
    accountId: people.cleo.account.id,
    providerId: people.rolf.account.id,
  })
  await runAll()
  await set(db(), { smtp: server.smtp(key) })

  const rita = await web.as(people.rita)
  expect(await rita.read('/outbox')).toContain('1 message was not sent.')
  await rita.post('/outbox/delivery', {})
  await runAll()
  expect(await read(db(), ritas)).toMatchObject({ state: 'sent' })
  expect(await read(db(), rolfs)).toMatchObject({ state: 'failed' })
})

test('a secret that is gone is not sent again as nothing', async () => {
  const { to, accountId, providerId } = toCato(people)
  const id = await queued(db(), people, {
    ...{ to, accountId, providerId },
    template: 'resetLink',
    words: { login: 'cato', minutes: 60 },
    secrets: { key, words: { link: 'https://panel.test/x' }, minutes: 60 },
  })
  await db().update(messages).set({ state: 'unknown', sealed: null }).where(eq(messages.id, id))
  const rita = await web.as(people.rita)
  expect(await rita.read(`/outbox/${id}`)).not.toContain('Send again')
  expect((await rita.post(`/outbox/${id}/delivery`, {})).status).toBe(409)
})

test('a message whose job was cancelled does not wait for ever', async () => {
  const waiting = await queued(db(), people, toCato(people))
  const sending = await queued(db(), people, toCato(people))
  const kept = await queued(db(), people, toCato(people))
  await db().update(messages).set({ state: 'sending' }).where(eq(messages.id, sending))
  await db().update(messages).set({ createdAt: sql`now() - interval '2 hours'` })
  await db()
    .delete(jobs)
    .where(ne(jobs.key, String(kept)))
  await settleStranded(db())

  expect((await read(db(), waiting)).state).toBe('failed')
  expect((await read(db(), sending)).state).toBe('unknown')
  expect((await read(db(), kept)).state).toBe('waiting')
})
