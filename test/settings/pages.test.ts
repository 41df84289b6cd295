import { eq } from 'drizzle-orm'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { auditEntries } from '../../src/audit/schema.ts'
import { passwordContext } from '../../src/messages/smtp-password.ts'
import { open } from '../../src/secrets/seal.ts'
import { providerSettings, systemSettings } from '../../src/settings/reading.ts'
import { settings } from '../../src/settings/schema.ts'
import { type Cast, cast } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'

const db = ownDatabase()
const key = Buffer.alloc(32, 3)
const web = webApp(db, { sealingKey: key })
let people: Cast

beforeAll(async () => {
  people = await cast(db())
})
beforeEach(() => emptied(db(), ['settings']))

const system = {
  name: 'Nest',
  baseAddress: 'https://panel.example/',
  language: 'de',
  timeZone: 'Europe/Berlin',
  passwordMinimum: '16',
  trashDays: '3',
  auditDays: '0',
  acmeDirectory: 'https://acme.test/directory',
}
const mail = {
  sender: 'panel@host.test',
  host: 'smtp.host.test',
  port: '587',
  security: 'starttls',
  user: 'panel',
  password: 'a mail secret',
  mailsPerMinute: '60',
}
const basic = {
  defaultMailbox: 'on',
  defaultMailboxName: 'webmaster',
  senderName: '',
  trashDays: '',
}

const seenIn = (page: string) => /name="seen" value="([^"]*)"/.exec(page)![1]!

async function save(who: keyof Cast, at: string, fields: Record<string, string>) {
  const visitor = await web.as(people[who] as Cast['ada'])
  const seen = seenIn(await visitor.read(at))
  return visitor.post(at, { seen, ...fields })
}

const lastEntry = async () => (await db().select().from(auditEntries)).at(-1)

describe('system settings', () => {
  // M-44
  test('are kept, told in the audit, and used in every frame', async () => {
    expect((await save('ada', '/settings', system)).status).toBe(303)

    expect(await systemSettings(db())).toMatchObject({
      name: 'Nest',
      baseAddress: 'https://panel.example',
      language: 'de',
      timeZone: 'Europe/Berlin',
      passwordMinimum: 16,
      trashDays: 3,
      acmeDirectory: 'https://acme.test/directory',
    })
    expect(await lastEntry()).toMatchObject({
      action: 'settings.changed',
      changes: { name: { from: 'Innkeeper', to: 'Nest' }, trashDays: { from: 7, to: 3 } },
    })
    const door = await web.stranger().read('/login')
    expect(door).toContain('<html lang="de">')
    expect(door).toMatch(/<title>[^<]* · Nest<\/title>/)
    expect(await (await web.as(people.rita)).read('/profile')).toContain('Nest</a>')
  })

  // R-5, F-27 to F-31
  test.each([
    ['passwordMinimum', '7'],
    ['passwordMinimum', '65'],
    ['trashDays', ''],
    ['trashDays', '3.5'],
    ['auditDays', '99999999999'],
    ['language', 'xx'],
    ['timeZone', 'Mars/Base'],
    ['baseAddress', 'javascript:alert(1)'],
    ['baseAddress', 'https://panel.example/with/path'],
    ['acmeDirectory', 'http://acme.test'],
    ['name', ' '],
    ['name', 'two\nlines'],
  ])('refuse %s “%s”, and nothing changes', async (name, value) => {
    expect((await save('ada', '/settings', { ...system, [name]: value })).status).toBe(422)
    expect(await db().$count(settings)).toBe(0)
  })

  // F-73
  test('saved by somebody else meanwhile are shown beside what was typed', async () => {
    const ada = await web.as(people.ada)
    const seen = seenIn(await ada.read('/settings'))
    await save('ada', '/settings', { ...system, name: 'First' })

    const odd = await ada.post('/settings', { seen, ...system, name: '__proto__' })
    expect(odd.status).toBe(409)
    const answer = await ada.post('/settings', { seen, ...system, name: 'Second' })
    expect(answer.status).toBe(409)
    const page = await answer.text()
    expect(page).toMatch(/First<\/td><td[^>]*>Second/)
    expect((await systemSettings(db())).name).toBe('First')

    const again = await ada.post('/settings', { seen: seenIn(page), ...system, name: 'Second' })
    expect(again.status).toBe(303)
    expect((await systemSettings(db())).name).toBe('Second')
  })

  test('back at what they were are not said any more', async () => {
    await save('ada', '/settings', system)
    await save('ada', '/settings', { ...system, trashDays: '7', name: 'Innkeeper' })
    const names = (await db().select().from(settings)).map((row) => row.name)
    expect(names).not.toContain('trashDays')
  })
})

describe('the mail server', () => {
  test('sends no test mail to an admin without an address, and says where one is given', async () => {
    const { id, email } = people.ada.account
    const known = (address: string) =>
      db().update(accounts).set({ email: address }).where(eq(accounts.id, id))
    await known('')
    const page = await (await web.as(people.ada)).read('/settings/mail')
    expect(page).not.toContain('name="test"')
    expect(page).toContain(`href="/customers/${id}/contact"`)
    expect((await save('ada', '/settings/mail', { ...mail, test: 'on' })).status).toBe(422)
    expect((await systemSettings(db())).smtp).toBeNull()
    await known(email)
  })

  test('has its password sealed, never shown and never told', async () => {
    expect((await save('ada', '/settings/mail', mail)).status).toBe(303)

    const { smtp, sender } = await systemSettings(db())
    expect(sender).toBe('panel@host.test')
    expect(open(key, Buffer.from(smtp!.password, 'base64'), passwordContext)).toBe('a mail secret')
    const entry = await lastEntry()
    expect(entry!.changes).toMatchObject({
      'smtp.host': { to: 'smtp.host.test' },
      'smtp.password': {},
    })
    const told = JSON.stringify([entry, await db().select().from(settings)])
    expect(told).not.toContain('a mail secret') // F-187
    expect(JSON.stringify(entry)).not.toContain(smtp!.password)

    const page = await (await web.as(people.ada)).read('/settings/mail')
    expect(page).not.toContain('a mail secret')
    expect(page).not.toContain(smtp!.password)
  })

  test('keeps its password when the field is empty, but not for another server', async () => {
    await save('ada', '/settings/mail', mail)
    const before = (await systemSettings(db())).smtp!.password

    await save('ada', '/settings/mail', { ...mail, password: '', mailsPerMinute: '5' })
    expect((await systemSettings(db())).smtp!.password).toBe(before)
    const elsewhere = { ...mail, password: '', host: 'evil.test' }
    expect((await save('ada', '/settings/mail', elsewhere)).status).toBe(422)
    expect((await systemSettings(db())).smtp!.host).toBe('smtp.host.test')
  })

  test.each([
    ['sender', 'nobody'],
    ['sender', 'a@b.test\r\nBcc: c@d.test'],
    ['host', 'smtp host'],
    ['host', '-oProxy'],
    ['port', '0'],
    ['port', '65536'],
    ['security', 'weak'],
  ])('refuses %s “%s”', async (name, value) => {
    expect((await save('ada', '/settings/mail', { ...mail, [name]: value })).status).toBe(422)
    expect((await systemSettings(db())).smtp).toBeNull()
  })
})

describe('basic settings', () => {
  // S-67
  test('belong to each provider, and what it does not say is the system’s', async () => {
    await save('ada', '/settings', system)
    await save('rita', '/settings/basic', {
      ...basic,
      senderName: 'Rita’s Hosting',
      trashDays: '0',
    })

    expect(await providerSettings(db(), people.rita.account.id)).toEqual({
      defaultMailbox: 'webmaster',
      senderName: 'Rita’s Hosting',
      trashDays: 0,
      expiryDays: [14, 7, 1],
    })
    expect(await providerSettings(db(), people.rolf.account.id)).toEqual({
      defaultMailbox: null,
      senderName: '',
      trashDays: 3,
      expiryDays: [14, 7, 1],
    })
    expect(await (await web.as(people.rolf)).read('/settings/basic')).not.toContain(
      'value="webmaster"',
    )
  })

  //
  test('name the days before expiry on which customers are told', async () => {
    const days = async () => (await providerSettings(db(), people.rita.account.id)).expiryDays
    await save('rita', '/settings/basic', { ...basic, expiryDays: '3; 30 3' })
    expect(await days()).toEqual([30, 3])
    expect(await (await web.as(people.rita)).read('/settings/basic')).toContain('value="30, 3"')
    await save('rita', '/settings/basic', { ...basic, senderName: 'Rita' })
    expect(await days()).toEqual([30, 3])
    await save('rita', '/settings/basic', { ...basic, expiryDays: '' })
    expect(await days()).toEqual([])
  })

  test.each(['0', '-1', '1.5', 'soon', '366', '1 2 3 4 5 6 7 8 9 10 11'])(
    'refuse the days before expiry “%s”',
    async (expiryDays) => {
      const answer = await save('rita', '/settings/basic', { ...basic, expiryDays })
      expect(answer.status).toBe(422)
    },
  )

  // S-68, S-69
  test('want a name for the default mailbox when it is on', async () => {
    const answer = await save('rita', '/settings/basic', { ...basic, defaultMailboxName: '' })
    expect(answer.status).toBe(422)
    expect(await answer.text()).toMatch(/id="defaultMailboxName-error"/)
    const off = { senderName: '', trashDays: '', defaultMailboxName: '' }
    expect((await save('rita', '/settings/basic', off)).status).toBe(303)
  })

  test.each(['two words', 'a@b', '-rf', '..', 'ü'])(
    'refuse the mailbox name “%s”',
    async (name) => {
      const answer = await save('rita', '/settings/basic', { ...basic, defaultMailboxName: name })
      expect(answer.status).toBe(422)
    },
  )
})
