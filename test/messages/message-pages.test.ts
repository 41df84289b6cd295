import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { messageAccounts } from '../../src/accounts/message.ts'
import { auditEntries } from '../../src/audit/schema.ts'
import { bulk } from '../../src/jobs/enqueue.ts'
import { jobs } from '../../src/jobs/schema.ts'
import { deliverMessageHandler } from '../../src/messages/provision.ts'
import { mailings, messages } from '../../src/messages/schema.ts'
import { running, untilIdle } from '../runner/cast.ts'
import { type Cast, cast } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'
import { key, set } from './cast.ts'
import { type MailServer, mailServer } from './mail-server.ts'

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
  await emptied(db(), ['messages', 'mailings', 'deliveries', 'jobs', 'settings'])
  await set(db(), { sender: 'panel@host.test', smtp: server.smtp(key) })
})

async function runAll() {
  await using _ = await running(db.url(), [deliverMessageHandler], { sealingKey: key })
  await untilIdle(db())
}

const address = () => `/customers/${people.cato.account.id}/message`

describe('a message to one customer', () => {
  // M-36 to M-39
  test('is typed as HTML, from the system’s address to the customer’s, neither of them to choose', async () => {
    const rita = await web.as(people.rita)
    const overview = await rita.read(`/customers/${people.cato.account.id}`)
    expect(overview).toContain('Email this user') // M-38
    const form = await rita.read(address())
    expect(form).toContain('Rita &lt;panel@host.test&gt;')
    expect(form).toContain('Cato &lt;cato@example.org&gt;') // M-8
    expect(form).not.toMatch(/name="(?:from|to)"/)

    const message =
      '<p>Dear <b>customer</b><script>alert(1)</script><img src=x onerror=alert(1)></p>'
    const answer = await rita.post(address(), { subject: 'Price list', message })
    expect(answer.status).toBe(303)
    await runAll()

    const [{ to, mail }] = server.received as [(typeof server.received)[0]]
    expect(to).toEqual(['cato@example.org'])
    expect(mail.subject).toBe('Price list')
    expect(mail.from).toEqual({ address: 'panel@host.test', name: 'Rita' })
    expect(mail.html).toContain('<p>Dear <b>customer</b>')
    expect(mail.html).not.toMatch(/script|onerror/) // F-68
    expect(mail.text).toContain('Dear customer')
    const entry = (await db().select().from(auditEntries)).at(-1)
    expect(entry).toMatchObject({ action: 'account.written_to', accountId: people.cato.account.id })
  })

  // M-44
  test('waits where no mail server is named yet, and says so', async () => {
    await emptied(db(), ['settings'])
    const rita = await web.as(people.rita)
    const answer = await rita.post(address(), { subject: 'Hello', message: 'x' })
    const [notice] = answer.headers.getSetCookie()
    const told = { Cookie: `${rita.cookie}; ${notice!.split(';')[0]}` }
    expect(await (await rita.get('/', told)).text()).toContain(
      'waits in the outbox until an admin has named a mail server',
    )
    expect(await db().$count(messages)).toBe(1)
  })

  // F-58, F-71, F-82, F-83
  test.each([
    ['two lines', { subject: 'Hello\r\nBcc: spy@example.org', message: 'x' }],
    ['no subject', { subject: ' ', message: 'x' }],
    ['a subject too long', { subject: 'x'.repeat(201), message: 'x' }],
    ['nothing but a script', { subject: 'Hello', message: '<script>x</script>' }],
    ['another recipient', { subject: 'Hello', message: 'x', to: 'spy@example.org' }],
    ['another sender', { subject: 'Hello', message: 'x', from: 'spy@example.org' }],
  ])('is refused with %s, and nothing is sent', async (_, fields) => {
    const rita = await web.as(people.rita)
    const answer = await rita.post(address(), fields)
    expect(answer.status).toBe(422)
    expect(await db().$count(messages)).toBe(0)
    expect(await db().$count(mailings)).toBe(0)
  })

  // F-72
  test('sent twice by a double click is one message', async () => {
    const rita = await web.as(people.rita)
    const fields = { subject: 'Hello', message: 'x', _once: 'a' }
    await rita.post('/outbox/preview', fields)
    await rita.post('/outbox/preview', fields)
    await Promise.all([rita.post(address(), fields), rita.post(address(), fields)])
    expect(await db().$count(messages)).toBe(1)
  })

  test('is shown before as it will look, in a frame where nothing runs', async () => {
    const rita = await web.as(people.rita)
    const answer = await rita.post('/outbox/preview', {
      subject: '',
      message: '<h2>Hello</h2><script>alert(1)</script>',
    })
    expect(answer.headers.get('Content-Security-Policy')).toMatch(/^sandbox; default-src 'none';/)
    expect(answer.headers.get('X-Frame-Options')).toBe('SAMEORIGIN')
  })
})

// F-109, F-110
test('a message to many goes to those that the writer sees, each once', async () => {
  const { ada, rita, rolf, cato, cleo } = people
  const ids = [cato, cleo, rolf, rita, ada, cato].map(({ account }) => account.id)
  const typed = { subject: 'Hello', html: 'Plain\nlines' }
  const sent = await db().transaction((tx) =>
    messageAccounts(tx, rita.actor, [...ids, 999], typed, { priority: bulk }),
  )

  expect(sent.length).toBe(1)
  expect(await db().select().from(messages)).toMatchObject([
    { accountId: cato.account.id, providerId: rita.account.id, toAddress: 'cato@example.org' },
  ])
  expect(await db().select().from(jobs)).toMatchObject([
    { kind: 'messages.deliver', priority: bulk, accountId: cato.account.id },
  ])
})

test('customers write to nobody', async () => {
  const { cato, cleo } = people
  const write = db().transaction((tx) =>
    messageAccounts(tx, cato.actor, [cleo.account.id], { subject: 'x', html: 'x' }),
  )
  await expect(write).rejects.toThrow('Only the provider')
})
