import { sql } from 'drizzle-orm'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { deliverMessageHandler } from '../../src/messages/provision.ts'
import { messages } from '../../src/messages/schema.ts'
import { systemSettings } from '../../src/settings/reading.ts'
import { aCertificate, type Pem } from '../domains/pem.ts'
import { running } from '../runner/cast.ts'
import { type Cast, cast } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { type Visitor, webApp } from '../support/web.ts'
import { key, triesOf } from './cast.ts'
import { type MailServer, mailServer } from './mail-server.ts'

const db = ownDatabase()
const web = webApp(db, { sealingKey: key })
let people: Cast
let ada: Visitor
let own: Pem
beforeAll(async () => {
  people = await cast(db())
  own = aCertificate(['localhost'])
})
beforeEach(async () => {
  await emptied(db(), ['messages', 'deliveries', 'jobs', 'settings'])
  ada = await web.as(people.ada)
})

const login = { user: 'panel', password: 'smtp: secret' }
const speaking = (security: 'tls' | 'starttls', pem: Pem = own) =>
  mailServer({
    ...login,
    ...{ key: pem.key, cert: pem.chain, secure: security === 'tls' },
    disabledCommands: [],
    // In the clear it takes no password: one that comes too early fails.
    allowInsecureAuth: false,
  })

/** An admin's form, as it is filled in and sent with a test mail; answers the page with the result. */
async function sendTest(server: MailServer, fields: Record<string, string>) {
  const seen = /name="seen" value="([^"]*)"/.exec(await ada.read('/settings/mail'))![1]!
  const answer = await ada.post('/settings/mail', {
    ...{ seen, sender: 'panel@host.test', host: 'localhost', port: String(server.port) },
    ...{ ...login, mailsPerMinute: '60', test: 'on', ...fields },
  })
  expect(answer.status).toBe(303)
  await using _ = await running(db.url(), [deliverMessageHandler], { sealingKey: key })
  await untilTried()
  const page = await ada.read(answer.headers.get('Location')!)
  const [message] = await db().select().from(messages)
  return { page, message: message!, tries: await triesOf(db(), message!.id) }
}

/** Its first try has an outcome. */
async function untilTried() {
  for (;;) {
    const [row] = await db().execute<{ told: boolean }>(
      sql`select exists (select from deliveries where outcome is not null) as told`,
    )
    if (row!.told) return
  }
}

describe.each(['tls', 'starttls'] as const)('a mail server that speaks %s', (security) => {
  test('with a certificate of one’s own authority takes mail once that one is given', async () => {
    await using server = await speaking(security)
    const { page, message } = await sendTest(server, { security, authority: own.authority })

    expect(message.state).toBe('sent')
    expect(page).toContain('Taken by the mail server')
    expect(page).toContain('250 Taken as no. 7')
    expect(server.received).toMatchObject([{ to: ['ada@example.org'] }])
    expect(server.received[0]!.mail.subject).toBe('Test mail of Innkeeper')
    expect(server.secured).toEqual([true])
  })

  test('is told neither password nor message when nobody vouches for its certificate', async () => {
    await using server = await speaking(security)
    const { page, message, tries } = await sendTest(server, { security })

    expect(page).toContain('The certificate of the mail server is from nobody the panel trusts.')
    expect(tries[0]).toMatchObject({ outcome: 'failed' })
    expect(tries[0]!.answer).toContain('unable to verify the first certificate')
    expect(message.state).toBe('waiting')
    expect([server.received, server.logins]).toEqual([[], []])
  })

  test('is told nothing when its certificate is for another name', async () => {
    const other = aCertificate(['other.test'])
    await using server = await speaking(security, other)
    const { page } = await sendTest(server, { security, authority: other.authority })

    expect(page).toContain('The certificate of the mail server is for another name.')
    expect([server.received, server.logins]).toEqual([[], []])
  })

  test('is told nothing when its certificate has expired', async () => {
    const old = aCertificate(['localhost'], -1)
    await using server = await speaking(security, old)
    const { page } = await sendTest(server, { security, authority: old.authority })

    expect(page).toContain('The certificate of the mail server has expired.')
    expect([server.received, server.logins]).toEqual([[], []])
  })

  test('and refuses the password says so, and the password is nowhere', async () => {
    await using server = await speaking(security)
    const wish = { security, authority: own.authority, password: 'not: it' }
    const { page, tries } = await sendTest(server, wish)

    expect(page).toContain('The mail server refuses the user name or the password.')
    expect(page).toContain('535 Wrong user or password')
    expect(page + JSON.stringify(tries)).not.toContain('not: it')
    expect(server.received).toEqual([])
  })
})

test('one that offers no STARTTLS gets neither password nor message', async () => {
  await using server = await mailServer({ ...login })
  const { page } = await sendTest(server, { security: 'starttls' })

  expect(page).toContain('The mail server does not offer STARTTLS at this port')
  expect([server.received, server.logins]).toEqual([[], []])
})

test('TLS where there is none is told as that', async () => {
  await using server = await mailServer({ ...login })
  const { page } = await sendTest(server, { security: 'tls' })

  expect(page).toContain('The mail server does not speak TLS at this port.')
})

test('nobody there is told as that, and the mail is tried again', async () => {
  const server = await mailServer()
  await server.close()
  const { page, message } = await sendTest(server, { security: 'none' })

  expect(page).toContain('Nothing answers at this host and port.')
  expect(message.state).toBe('waiting')
})

test.each([
  'not a certificate',
  '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
  '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----',
])('“%s” is no certificate authority', async (authority) => {
  const seen = /name="seen" value="([^"]*)"/.exec(await ada.read('/settings/mail'))![1]!
  const answer = await ada.post('/settings/mail', {
    ...{ seen, sender: 'panel@host.test', host: 'localhost', port: '25', security: 'tls' },
    ...{ ...login, mailsPerMinute: '60', authority },
  })

  expect(answer.status).toBe(422)
  expect((await systemSettings(db())).smtp).toBeNull()
})
