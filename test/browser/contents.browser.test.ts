import type { Page } from 'playwright-core'
import { beforeEach, describe, expect, test } from 'vitest'
import { databases, databaseUsers } from '../../src/databases/schema.ts'
import { ftpLogins } from '../../src/ftp/schema.ts'
import { mailboxes, mailingLists } from '../../src/mail/schema.ts'
import { domains } from '../../src/subscriptions/schema.ts'
import { aPlan, aSubscription, cast } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { browserPanel } from './browser.ts'

const db = ownDatabase()
const panel = browserPanel(db)
beforeEach(async () => {
  await emptied(db())
  const people = await cast(db())
  const one = { mailboxes: 1, mailingLists: 1, ftpLogins: 1, databases: 1 }
  const small = { ...one, domains: 2, subdomains: 0, forwardings: 1, imap: true, pop3: true }
  const plan = await aPlan(db(), people.rita.account, 'Small', small)
  await aSubscription(db(), people.cato.account, people.host, plan, 'shop.test')
})

const secret = 'nine wet dogs on a hill'
/** As the panel makes them: four groups. */
const generated = /^[A-Za-z0-9]{5}(-[A-Za-z0-9]{5}){3}$/

describe.each([
  { who: 'cato', js: true, width: 1280 },
  { who: 'rita', js: false, width: 390 },
])('as $who, JavaScript $js', ({ who, ...look }) => {
  // S-17, S-37
  test('a database, its users, and no second one', async () => {
    await using visit = await panel.open(look)
    const { page } = visit
    await visit.signIn(who)
    await open(page, 'MySQL databases', 'New database')
    await page.getByLabel('Name').fill('blog')
    await button(page, 'Add')
    await heading(page, 'User name and password')
    expect(await page.locator('#password').innerText()).toMatch(generated)
    await page.reload()
    await page.getByText('The password was shown already').waitFor()

    await link(page, 'Show database')
    await heading(page, 'shoptest_blog')
    await link(page, 'Change password: shoptest_blog')
    await page.getByLabel('New password').fill('short')
    await button(page, 'Change password')
    await page.getByText('Use at least 12 characters').waitFor()
    await page.getByLabel('New password').fill(secret)
    await button(page, 'Change password')
    await said(page, 'Password changed')

    await page.getByLabel('User name').fill('reader')
    await page.getByLabel('Password', { exact: true }).fill(secret)
    await page.getByLabel('Access from').fill('192.0.2.7')
    await button(page, 'Add user')
    await said(page, 'The user was added.')
    expect(await db().$count(databaseUsers)).toBe(2)
    await page.getByRole('link', { name: 'Remove shoptest_reader' }).click()
    await page.getByLabel('Yes, remove shoptest_reader').check()
    await button(page, 'Remove')
    await said(page, 'shoptest_reader removed.')
    expect(await db().$count(databaseUsers)).toBe(1)

    await refusedNext(page, '/databases/new', 'MySQL databases 1 of 1', () =>
      page.getByLabel('Name').fill('shop'),
    )
    await page.goto('/databases')
    await link(page, 'shoptest_blog')
    await remove(page, 'shoptest_blog')
    expect(await db().$count(databases)).toBe(0)
  })

  // S-15
  test('an FTP login, another folder for it, and no second one', async () => {
    await using visit = await panel.open(look)
    const { page } = visit
    await visit.signIn(who)
    await open(page, 'FTP logins', 'New FTP login')
    await page.getByLabel('Name').fill('photos')
    await page.getByLabel('Folder').fill('../etc')
    await button(page, 'Add')
    await page.getByText('Nothing was saved').waitFor()
    await page.getByLabel('Folder').fill('web/photos')
    await button(page, 'Add')
    await heading(page, 'User name and password')
    expect(await page.locator('#password').innerText()).toMatch(generated)
    await link(page, 'Show FTP login')
    await page.getByLabel('Folder').fill('web/pictures')
    await button(page, 'Save')
    await said(page, 'Saved.')
    expect(await db().select().from(ftpLogins)).toMatchObject([{ folder: 'web/pictures' }])

    await refusedNext(page, '/ftp-logins/new', 'FTP logins 1 of 1', () =>
      page.getByLabel('Name').fill('more'),
    )
    await page.goto('/ftp-logins')
    await link(page, 'shoptest_photos')
    await remove(page, 'shoptest_photos')
    expect(await db().$count(ftpLogins)).toBe(0)
  })

  // S-13, S-31, S-70
  test('a mailbox, its switches and password, and no second one', async () => {
    await using visit = await panel.open(look)
    const { page } = visit
    await visit.signIn(who)
    await open(page, 'Mailboxes', 'New mailbox')
    await page.getByLabel('Address').fill('info')
    await button(page, 'Create mailbox')
    await heading(page, 'User name and password')
    expect(await page.locator('#user').innerText()).toBe('info@shop.test')
    expect(await page.locator('#password').innerText()).toMatch(generated)
    await link(page, 'Show mailbox')
    await heading(page, 'info@shop.test')
    await page.getByLabel('IMAP').selectOption({ label: 'Off' })
    await page.getByLabel('Forward to').fill('cato@example.org')
    await button(page, 'Save')
    await said(page, 'Saved.')
    expect(await db().select().from(mailboxes)).toMatchObject([
      { imap: 'off', forwardTo: ['cato@example.org'] },
    ])
    await page.getByLabel('IMAP').selectOption({ label: 'Plan default' })
    await button(page, 'Save')
    await said(page, 'Saved.')
    if (look.js) expect(await visit.violations()).toEqual([])

    await link(page, 'Change password')
    await page.getByLabel('New password', { exact: true }).fill(secret)
    await page.getByLabel('Repeat new password').fill(`${secret}s`)
    await button(page, 'Change password')
    await page.getByText('Nothing was saved').waitFor()
    await page.getByLabel('New password', { exact: true }).fill(secret)
    await page.getByLabel('Repeat new password').fill(secret)
    await button(page, 'Change password')
    await said(page, 'Password changed')

    await refusedNext(page, '/mailboxes/new', 'Mailboxes 1 of 1', () =>
      page.getByLabel('Address').fill('more'),
    )
    await page.goto('/mailboxes')
    await link(page, 'info@shop.test')
    await remove(page, 'info@shop.test')
    expect(await db().$count(mailboxes)).toBe(0)
  })

  // S-14
  test('a mailing list, its members in bulk, and no second one', async () => {
    await using visit = await panel.open(look)
    const { page } = visit
    await visit.signIn(who)
    await open(page, 'Mailing lists', 'New mailing list')
    await page.getByLabel('Address').fill('news')
    await page.getByLabel('Members', { exact: true }).fill('a@example.org\nnobody\nb@example.org')
    await button(page, 'Create mailing list')
    await page.getByText('These lines are no e-mail addresses: 2 (nobody)').waitFor()
    await page.getByLabel('Members', { exact: true }).fill('a@example.org\nb@example.org')
    await button(page, 'Create mailing list')
    await said(page, 'Mailing list news@shop.test created.')
    await page.getByLabel('Moderated').check()
    await button(page, 'Save')
    await said(page, 'Saved.')
    expect(await db().select().from(mailingLists)).toMatchObject([
      { moderated: true, members: ['a@example.org', 'b@example.org'] },
    ])

    await refusedNext(page, '/mailing-lists/new', 'Mailing lists 1 of 1', () =>
      page.getByLabel('Address').fill('more'),
    )
    await page.goto('/mailing-lists')
    await link(page, 'news@shop.test')
    await remove(page, 'news@shop.test')
    expect(await db().$count(mailingLists)).toBe(0)
  })

  // S-16, S-27, S-55
  test('a domain and a forwarding up to what the plan has', async () => {
    await using visit = await panel.open(look)
    const { page } = visit
    await visit.signIn(who)
    await page.goto('/domains/new')
    await page.getByLabel('Domain name').fill('second.test')
    await button(page, 'Add')
    await said(page, 'Domain second.test added.')
    await refusedNext(page, '/domains/new', 'Domains 2 of 2', () =>
      page.getByLabel('Domain name').fill('third.test'),
    )
    await refusedNext(page, '/domains/new', 'Subdomains 0 of 0', () =>
      page.getByLabel('Domain name').fill('blog.shop.test'),
    )
    for (const name of ['old.test', 'older.test']) {
      await open(page, 'Forwarded domains', 'New forwarding')
      await page.getByLabel('New domain').fill(name)
      await button(page, 'Next')
      await button(page, 'Set up')
    }
    await page.getByText('Forwarded domains 1 of 1').waitFor()
    expect(await db().$count(domains)).toBe(3)
    for (const [list, name] of [
      ['/domains', 'second.test'],
      ['/forwardings', 'old.test'],
    ] as const) {
      await page.goto(list)
      await link(page, name)
      await remove(page, name)
    }
    expect(await db().$count(domains)).toBe(1)
  })
})

/** By the menu, which hides behind its button on a small screen. */
async function open(page: Page, list: string, create: string) {
  const menu = page.getByRole('button', { name: 'Menu' })
  if (await menu.isVisible()) await menu.click()
  await page.getByRole('link', { name: list, exact: true }).first().click()
  await link(page, create)
}

const link = (page: Page, name: string) =>
  page.locator('main').getByRole('link', { name, exact: true }).first().click()

const button = (page: Page, name: string) =>
  page.locator('main').getByRole('button', { name, exact: true }).click()

const heading = (page: Page, name: string) =>
  page.getByRole('heading', { level: 1, name, exact: true }).waitFor()

const said = (page: Page, words: string) => page.getByRole('status').getByText(words).waitFor()

/** With the number, and who decides it. */
async function refusedNext(page: Page, form: string, words: string, fill: () => Promise<void>) {
  await page.goto(form)
  await fill()
  await page.locator('main form[method=post]').last().getByRole('button').last().click()
  await page.getByText(`There is no room for one more: ${words}. The plan Small decides`).waitFor()
}

async function remove(page: Page, name: string) {
  await heading(page, name)
  await link(page, 'Remove')
  await heading(page, `Remove ${name}`)
  await page.getByLabel(`Yes, remove ${name}`).check()
  await button(page, 'Remove')
  await page.getByText(`removed.`).waitFor()
}
