import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deliverMessageHandler } from '../../src/messages/provision.ts'
import type { Runner } from '../../src/runner/runner.ts'
import { browserPanel, overflow } from '../browser/browser.ts'
import { running } from '../runner/cast.ts'
import { type Cast, cast } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { key, queued, toCato } from './cast.ts'
import { type MailServer, mailServer } from './mail-server.ts'

const db = ownDatabase()
const panel = browserPanel(db, { sealingKey: key })
let people: Cast
let server: MailServer
let runner: Runner

beforeAll(async () => {
  people = await cast(db())
  server = await mailServer({ user: 'panel', password: 'secret' })
  runner = await running(db.url(), [deliverMessageHandler], { sealingKey: key })
})
afterAll(async () => {
  await runner?.stop()
  await server?.close()
})

// M-36 to M-39, M-44
describe.each([{ js: true }, { js: false }])('JavaScript $js', ({ js }) => {
  test('a mail server is named and tried, and a message written and followed', async () => {
    await using visit = await panel.open({ js })
    const { page } = visit
    await visit.signIn('ada')
    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByLabel('Name of the panel').fill(`Nest ${js}`)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('The settings were saved.').waitFor()
    expect(await page.title()).toContain(`Nest ${js}`)

    await page.getByRole('link', { name: 'Mail server' }).click()
    await page.getByLabel('Sender address').fill('panel@host.test')
    await page.getByLabel('Mail server', { exact: true }).fill('127.0.0.1')
    await page.getByLabel('Port').fill('x')
    await page.getByLabel('Encryption').selectOption('none')
    await page.getByLabel('User name').fill('panel')
    await page.getByLabel('Password').fill('secret')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Digits from 0 to 9 only.').first().waitFor()
    expect(await page.getByLabel('Mail server', { exact: true }).inputValue()).toBe('127.0.0.1')
    expect(await page.getByLabel('Password').inputValue()).toBe('')
    await page.getByLabel('Port').fill(String(server.port))
    await page.getByLabel('Password').fill('secret')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { name: `Test mail of Nest ${js}` }).waitFor()
    await page.getByText('250 Taken as no. 7').waitFor()
    expect(server.received.at(-1)!.to).toEqual(['ada@example.org'])

    await page.goto(`/customers/${people.cato.account.id}`)
    await page.getByRole('link', { name: 'Email this user' }).click()
    expect(await page.getByText('Cato <cato@example.org>').count()).toBe(1)
    await page.getByLabel('Subject').fill('New prices')
    await page.getByLabel('Message').fill('<h2>From May on</h2><script>alert(1)</script>')
    // No empty frame where a script can tell; without one it has to be there.
    expect(await page.locator('iframe[name=preview]').isVisible()).toBe(!js)
    await page.getByRole('button', { name: 'Preview' }).click()
    const preview = page.frameLocator('iframe[name=preview]')
    await preview.getByRole('heading', { name: 'From May on' }).waitFor()
    expect(await page.getByLabel('Subject').inputValue()).toBe('New prices')
    await visit.shoot('message')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText('The message is on its way.').waitFor()

    await page.getByRole('link', { name: 'Outbox' }).click()
    await page.getByRole('link', { name: 'New prices' }).first().click()
    await page.getByText('250 Taken as no. 7').waitFor()
    const sent = page.frameLocator('iframe.mail')
    await sent.getByRole('heading', { name: 'From May on' }).waitFor()
    expect(server.received.at(-1)!.mail.subject).toBe('New prices')
  })
})

test.each([
  { width: 1280, dark: false },
  { width: 390, dark: false },
  { width: 390, dark: true },
])('pages at $width, dark $dark', async (look) => {
  await using visit = await panel.open(look)
  const { page } = visit
  const id = await queued(db(), people, toCato(people))
  await visit.signIn('ada')
  const places = {
    settings: '/settings',
    'settings-mail': '/settings/mail',
    'settings-basic': '/settings/basic',
    templates: '/settings/templates',
    template: '/settings/templates/welcome/de',
    outbox: '/outbox',
    'outbox-message': `/outbox/${id}`,
  }
  for (const [name, address] of Object.entries(places)) {
    await page.goto(address)
    await visit.shoot(name)
    expect(await overflow(page), address).toBe(0)
    expect(await visit.violations(), address).toEqual([])
  }
})
