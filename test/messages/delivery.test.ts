import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { jobs } from '../../src/jobs/schema.ts'
import type { TemplateName } from '../../src/messages/catalogue.ts'
import { deliverMessageHandler } from '../../src/messages/provision.ts'
import { type Mail, queueMail } from '../../src/messages/queue.ts'
import { messages } from '../../src/messages/schema.ts'
import { forgetOldSecrets } from '../../src/messages/try.ts'
import { running, untilIdle } from '../runner/cast.ts'
import { type Cast, cast } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { key, queued, read, set, toCato, triesOf } from './cast.ts'
import { type MailServer, mailServer, refusal } from './mail-server.ts'

const db = ownDatabase()
let people: Cast
let server: MailServer

beforeAll(async () => {
  people = await cast(db())
  server = await mailServer({ user: 'panel', password: 'smtp: secret' })
})
afterAll(() => server.close())
beforeEach(async () => {
  server.received.length = 0
  await emptied(db(), ['messages', 'deliveries', 'jobs', 'settings'])
  await set(db(), { sender: 'panel@host.test', smtp: server.smtp(key), name: 'Nest' })
})

async function runAll() {
  await using _ = await running(db.url(), [deliverMessageHandler], { sealingKey: key })
  await untilIdle(db())
}

async function sent<Name extends TemplateName>(mail: Mail<Name>) {
  const id = await queued(db(), people, mail)
  await runAll()
  return read(db(), id)
}

/** All but what it says. */
const bare = (): Pick<Mail, 'to' | 'accountId' | 'providerId'> => {
  const { to, accountId, providerId } = toCato(people)
  return { to, accountId, providerId }
}
const plain = () => toCato(people)
const addressed = (address: string, name = 'Cato', language: string | null = null) => ({
  ...plain(),
  to: { address, name, language },
})

const job = async () => (await db().select().from(jobs))[0]

describe('a mail that is taken', () => {
  test('comes from the system’s address under the provider’s name, and answers go to the provider', async () => {
    const message = await sent(plain())

    const [{ from, to, mail }] = server.received as [(typeof server.received)[0]]
    expect({ from, to }).toEqual({ from: 'panel@host.test', to: ['cato@example.org'] })
    expect(mail.from).toEqual({ address: 'panel@host.test', name: 'Rita' }) // M-37, M-39
    expect(mail.replyTo).toEqual([{ address: 'rita@example.org', name: '' }])
    expect(mail.messageId).toBe(`<${message.key}@host.test>`)
    expect(mail.subject).toBe('Your account is active again')
    expect(mail.html).toContain('<p>Dear Cato,</p>')
    expect(mail.text).toContain('Dear Cato,')
    expect({ ...message, html: message.html.trimEnd() }).toMatchObject({
      state: 'sent',
      tries: 1,
      reason: '',
      html: mail.html?.trimEnd(),
    })
    expect(await triesOf(db(), message.id)).toMatchObject([
      { outcome: 'sent', answer: '250 Taken as no. 7', server: `127.0.0.1:${server.port}` },
    ])
  })

  test('is written in the reader’s language', async () => {
    await sent(addressed('cato@example.org', 'Cato', 'de-AT'))
    expect(server.received[0]!.mail.subject).toBe('Ihr Konto ist wieder aktiv')
  })

  test('carries its secret, which is nowhere to be read afterwards', async () => {
    const link = 'https://panel.test/password/reset/s3cr3t'
    const message = await sent({
      ...bare(),
      template: 'resetLink',
      words: { login: 'cato', minutes: 60 },
      secrets: { key, words: { link }, minutes: 60 },
    })

    expect(server.received[0]!.mail.html).toContain(`<a href="${link}">`)
    expect(server.received[0]!.mail.text).toContain(link)
    expect(message).toMatchObject({ state: 'sent', sealed: null })
    const dump = JSON.stringify(
      await db().execute(sql`
      select (select json_agg(messages) from messages), (select json_agg(jobs) from jobs),
        (select json_agg(job_steps) from job_steps), (select json_agg(finished_jobs) from finished_jobs)`),
    )
    expect(dump).not.toContain('s3cr3t') // F-187
    expect(message.html).toContain('••••')
  })
})

describe('nothing typed becomes more than text', () => {
  // F-58, F-60, F-68
  test('in names and subjects', async () => {
    const name = 'Cato "x" <a@b>, Ü 🐦\r\nBcc: spy@example.org'
    await sent(addressed('cato@example.org', name))

    const [{ to, raw, mail }] = server.received as [(typeof server.received)[0]]
    expect(to).toEqual(['cato@example.org'])
    expect(raw.split('\r\n\r\n')[0]).not.toMatch(/^bcc:/im)
    expect(mail.to).toEqual([
      { address: 'cato@example.org', name: 'Cato "x" <a@b>, Ü 🐦 Bcc: spy@example.org' },
    ])
    expect(mail.html).toContain('Cato "x" &lt;a@b&gt;')
  })

  test('in the texts of a customer’s mail', async () => {
    const text = 'Unpaid <script>alert(1)</script>\n{password} <a href="javascript:x">'
    await sent({ ...bare(), template: 'suspended', words: { text } })
    expect(server.received[0]!.mail.html).not.toMatch(/<script|<a /)
    expect(server.received[0]!.mail.text).toContain('Unpaid <script>alert(1)</script>')
  })

  // F-59
  test('a domain that is not ASCII is asked for as DNS knows it', async () => {
    await sent(addressed('cato@bücher.example'))
    expect(server.received[0]!.raw).toContain('cato@xn--bcher-kva.example')
    expect(server.received[0]!.to).toEqual(['cato@bücher.example'])
  })
})

describe('a mail that is not taken', () => {
  test('is tried again when the server asks for that', async () => {
    server.trouble.to.push(refusal(451, 'Greylisted, come back'))
    const message = await sent(plain())

    expect(message).toMatchObject({ state: 'waiting', tries: 1 })
    expect(message.reason).toContain('451 Greylisted')
    expect(await job()).toMatchObject({ state: 'waiting', attempts: 1 })

    await db().update(jobs).set({ runAt: sql`now()` })
    await runAll()
    expect(await read(db(), message.id)).toMatchObject({ state: 'sent', tries: 2 })
    expect(server.received.length).toBe(1)
    expect((await triesOf(db(), message.id)).map((one) => one.outcome)).toEqual(['refused', 'sent'])
  })

  test('stops with its reason when the server will never have it, and starts again by hand', async () => {
    server.trouble.to.push(refusal(550, 'No such user'))
    const message = await sent(plain())

    expect(message).toMatchObject({ state: 'failed', tries: 1 })
    expect(await job()).toMatchObject({ state: 'parked', reason: '550 No such user' })

    await db().update(jobs).set({ state: 'waiting' })
    await runAll()
    expect(await read(db(), message.id)).toMatchObject({ state: 'sent' })
  })

  test('waits for a person when no mail server is named', async () => {
    await set(db(), { smtp: null })
    const message = await sent(plain())
    expect(message).toMatchObject({ state: 'failed', tries: 0 })
    expect((await job())!.reason).toContain('cannot send mail yet')
  })

  test('tells of a wrong password without telling the password', async () => {
    await set(db(), { smtp: { ...server.smtp(key), user: 'somebody' } })
    const message = await sent(plain())
    expect(message.reason).toBe('The mail server refuses the user name or the password.')
    const tries = await triesOf(db(), message.id)
    expect(tries).toMatchObject([{ outcome: 'refused', answer: '535 Wrong user or password' }])
    expect(JSON.stringify(tries)).not.toContain('secret')
  })

  test('is not sent any more when its secret is no use any more', async () => {
    const id = await queued(db(), people, {
      ...bare(),
      template: 'newPassword',
      words: { login: 'cato' },
      secrets: { key, words: { password: 'abc' }, minutes: 60 },
    })
    await db().update(messages).set({ goodUntil: sql`now() - interval '1 second'` })
    await forgetOldSecrets(db())
    expect(await read(db(), id)).toMatchObject({ sealed: null })

    await runAll()
    expect(await read(db(), id)).toMatchObject({ state: 'failed', tries: 0 })
    expect(server.received).toEqual([])
  })

  test('and the server is gone, is tried again', async () => {
    await set(db(), { smtp: { ...server.smtp(key), port: 1 } })
    const message = await sent(plain())
    expect(message).toMatchObject({ state: 'waiting', tries: 1 })
    expect(message.reason).toBe('Nothing answers at this host and port.')
    expect((await triesOf(db(), message.id))[0]!.answer).toContain('ECONNREFUSED')
  })
})

test('a mail belongs to the change that asked for it', async () => {
  const undone = db().transaction(async (tx) => {
    await queueMail(tx, people.rita.actor, plain())
    throw new Error('undone')
  })
  await expect(undone).rejects.toThrow('undone')
  expect([await db().$count(messages), await db().$count(jobs)]).toEqual([0, 0])
})

test('many mails to one address are held back', async () => {
  await db().transaction(async (tx) => {
    for (let n = 0; n < 31; n++) await queueMail(tx, people.rita.actor, plain())
  })
  await runAll()
  expect(server.received.length).toBe(30)
  expect(await job()).toMatchObject({ state: 'waiting' })
})

test('a mail with an address that only looks like one has one recipient or none', async () => {
  const address = 'cato@example.org\r\nRCPT TO:<spy@example.org>'
  const message = await sent(addressed(address))
  expect(server.received.flatMap((one) => one.to)).not.toContain('spy@example.org')
  expect(message.state).not.toBe('sending')
})

test('an account that is gone does not keep its mail from going out', async () => {
  const id = await queued(db(), people, { ...plain(), providerId: 999 })
  await runAll()
  expect(await db().$count(accounts, eq(accounts.id, 999))).toBe(0)
  expect(await read(db(), id)).toMatchObject({ state: 'sent', sender: 'Nest <panel@host.test>' })
})
