import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { auditEntries } from '../../src/audit/schema.ts'
import { templateNames, templates } from '../../src/messages/catalogue.ts'
import { clean } from '../../src/messages/clean.ts'
import { deliverMessageHandler } from '../../src/messages/provision.ts'
import { messages, messageTemplates } from '../../src/messages/schema.ts'
import { mailLanguages, texts } from '../../src/messages/texts/texts.ts'
import { unknownWords, usedWords } from '../../src/messages/words.ts'
import { running, untilIdle } from '../runner/cast.ts'
import { type Cast, cast } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'
import { key, queued, set, toCato } from './cast.ts'
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
  await emptied(db(), ['messages', 'message_templates', 'deliveries', 'jobs', 'settings'])
  await set(db(), { sender: 'panel@host.test', smtp: server.smtp(key) })
})

async function runAll() {
  await using _ = await running(db.url(), [deliverMessageHandler], { sealingKey: key })
  await untilIdle(db())
}

const at = '/settings/templates/activated/en'
const text = { seen: '0', subject: 'Hello {name}', html: '<p>You are back, {name}. {sender}</p>' }

const save = async (who: keyof Cast, address: string, fields: Record<string, string>) =>
  (await web.as(people[who] as Cast['ada'])).post(address, fields)

async function mailToCato() {
  server.received.length = 0
  await queued(db(), people, toCato(people))
  await runAll()
  return server.received[0]!.mail
}

describe('the built-in texts', () => {
  test.each(mailLanguages)('in %s know all their words and need no cleaning', (language) => {
    for (const name of templateNames) {
      const { subject, html } = texts[language][name]
      expect(unknownWords(name, subject, html), name).toEqual([])
      expect(usedWords(html), name).toEqual(expect.arrayContaining([...templates[name].secrets]))
      expect(clean(html), name).toBe(html)
      expect(usedWords(subject, html).toSorted(), name).toEqual(
        usedWords(texts.en[name].subject, texts.en[name].html).toSorted(),
      )
    }
  })
})

test('a provider’s own text is used for its customers, and nobody else’s', async () => {
  expect((await save('rita', at, text)).status).toBe(303)
  expect((await mailToCato()).subject).toBe('Hello Cato')
  const { to, ...rest } = toCato(people)
  await queued(db(), people, { ...rest, to, providerId: people.rolf.account.id })
  await runAll()
  expect(server.received.at(-1)!.mail.subject).toBe('Your account is active again')
  expect(await (await web.as(people.rolf)).read(at)).not.toContain('You are back')
  expect((await db().select().from(auditEntries)).at(-1)).toMatchObject({
    action: 'template.changed',
    accountId: people.rita.account.id,
    changes: { subject: { to: 'Hello {name}' } },
  })
})

test('an admin’s text holds for all that have none of their own', async () => {
  await save('ada', at, { ...text, subject: 'From the admin' })
  expect((await mailToCato()).subject).toBe('From the admin')
  await save('rita', at, text)
  expect((await mailToCato()).subject).toBe('Hello Cato')
  await save('rita', `${at}/removal`, { seen: '1' })
  expect((await mailToCato()).subject).toBe('From the admin')
})

describe('a text', () => {
  // F-68, S-12
  test.each([
    ['a word that does not exist', { html: '<p>{nmae}</p>' }, '{nmae}'],
    ['a secret of another mail', { html: '<p>{password}</p>' }, '{password}'],
    ['two lines of subject', { subject: 'a\r\nBcc: x@y.z' }, 'on one line'],
    ['nothing in it', { html: '<script>x</script>' }, 'Required'],
  ])('is refused with %s', async (_, fields, said) => {
    const answer = await save('rita', at, { ...text, html: '<p>x</p>', ...fields })
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain(said)
    expect(await db().$count(messageTemplates)).toBe(0)
  })

  test('without what the mail is sent for is refused', async () => {
    const welcome = '/settings/templates/welcome/en'
    const without = { ...text, html: '<p>Welcome, {name}</p>' }
    expect(await (await save('rita', welcome, without)).text()).toContain('The text needs {link}')
    const told = { ...text, subject: '{link}', html: '<a href="{link}">x</a>' }
    expect(await (await save('rita', welcome, told)).text()).toContain('Put {link} into the text')
    const right = { ...text, html: '<p><a href="{link}">Go</a><script>x</script></p>' }
    expect((await save('rita', welcome, right)).status).toBe(303)
    const [saved] = await db().select().from(messageTemplates)
    expect(saved!.html).toBe('<p><a href="{link}">Go</a></p>')
  })

  // F-73
  test('saved by somebody else meanwhile is shown beside what was typed', async () => {
    await save('rita', at, text)
    const answer = await save('rita', at, { ...text, subject: 'Mine' })
    expect(answer.status).toBe(409)
    expect(await answer.text()).toMatch(/Hello \{name\}[\s\S]*Mine/)
    expect((await save('rita', at, { ...text, seen: '1', subject: 'Mine' })).status).toBe(303)
  })
})

test.each(templateNames)('“%s” can be looked at, and mailed to oneself', async (name) => {
  const rita = await web.as(people.rita)
  const here = `/settings/templates/${name}/it`
  const preview = await rita.post(`${here}/preview`, { ...text, html: texts.it[name].html })
  expect(preview.headers.get('Content-Security-Policy')).toMatch(/^sandbox;/)
  expect(await preview.text()).not.toMatch(/\{\w+\}|undefined/)

  expect((await rita.post(`${here}/test`, {})).headers.get('Location')).toMatch(/^\/outbox\/\d+$/)
  await runAll()
  expect(server.received[0]!.to).toEqual(['rita@example.org'])
  const { subject, html } = server.received[0]!.mail
  expect(`${subject} ${html}`).not.toMatch(/\{\w+\}|undefined/)
})

// F-59: the first admin has none yet
test('nobody without an e-mail address is offered a test mail, or sends one to nowhere', async () => {
  const { account } = people.ada
  await db().update(accounts).set({ email: '' }).where(eq(accounts.id, account.id))
  const ada = await web.as(people.ada)
  const page = await ada.read(at)
  expect(page).not.toContain(`action="${at}/test"`)
  expect(page).toContain(`href="/customers/${account.id}/contact"`)

  expect((await ada.post(`${at}/test`, {})).status).toBe(409)
  expect(await db().$count(messages)).toBe(0)
})
