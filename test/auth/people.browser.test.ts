import { eq } from 'drizzle-orm'
import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { logins } from '../../src/accounts/schema.ts'
import { answerForgottenHandler } from '../../src/auth/provision.ts'
import { secondFactors } from '../../src/auth/schema.ts'
import { deliverMessageHandler } from '../../src/messages/provision.ts'
import type { Runner } from '../../src/runner/runner.ts'
import { browserPanel, overflow } from '../browser/browser.ts'
import { key, set } from '../messages/cast.ts'
import { type MailServer, mailServer } from '../messages/mail-server.ts'
import { running, until } from '../runner/cast.ts'
import { aLogin, aSubscription, type Cast, cast, password } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'

const db = ownDatabase()
const panel = browserPanel(db, { sealingKey: key })
const fresh = 'nine wet dogs on a hill'
let people: Cast
let post: MailServer
let runner: Runner & AsyncDisposable

beforeAll(async () => {
  people = await cast(db())
  const { cato, host, ritasGold } = people
  await aSubscription(db(), cato.account, host, ritasGold, 'shop.test')
  const clerk = await aLogin(db(), cato, 'clerk', 'mail')
  // With the account's address it would be sent links too.
  await db().update(logins).set({ email: 'clerk@example.org' }).where(eq(logins.id, clerk.login.id))
  post = await mailServer()
  await set(db(), { sender: 'panel@panel.test', smtp: post.smtp(key) })
  const handlers = [answerForgottenHandler, deliverMessageHandler]
  runner = await running(db.url(), handlers, { sealingKey: key, pollMilliseconds: 500 })
})
afterAll(async () => {
  await runner[Symbol.asyncDispose]()
  await post.close()
})
beforeEach(async () => {
  const { id, passwordHash } = people.cato.login
  await db().update(logins).set({ passwordHash }).where(eq(logins.id, id))
  await db().delete(secondFactors)
})

type Visit = Awaited<ReturnType<typeof panel.open>>
type Page = Visit['page']

const codeOf = (secret: string) => new TOTP({ secret: Secret.fromBase32(secret) }).generate()

/** The link in a mail that came after so many; others may be on their way still. */
async function mailedLink(address: string, earlier: number): Promise<string> {
  const link = () =>
    post.received
      .slice(earlier)
      .filter(({ to }) => to.includes(address))
      .map(({ mail }) => /https?:\/\/[^\s"<)]+\/password\/reset\/[\w-]+/.exec(mail.html ?? '')?.[0])
      .find(Boolean)
  await until(() => link() !== undefined)
  return new URL(link()!).pathname
}

/** @returns the key, for codes */
async function setUpSecondFactor(page: Page): Promise<string> {
  await page.goto('/profile')
  await page.getByRole('link', { name: 'Second factor' }).click()
  await page.getByLabel('Current password').fill(password)
  await page.getByRole('button', { name: 'Set up second factor' }).click()
  await page.getByRole('img', { name: 'QR code' }).waitFor()
  const secret = (await page.locator('#secret').innerText()).replaceAll(' ', '')
  await page.getByLabel('Code', { exact: true }).fill(codeOf(secret))
  await page.getByRole('button', { name: 'Turn on' }).click()
  await page.getByRole('heading', { level: 1, name: 'Recovery codes' }).waitFor()
  return secret
}

describe.each([{ js: true }, { js: false }])('with JavaScript $js', (look) => {
  // M-40, R-6
  test('a forgotten password is set anew by the link in the mail', async () => {
    await using visit = await panel.open(look)
    const { page } = visit
    const earlier = post.received.length
    await page.goto('/login')
    await page.getByRole('link', { name: 'Forgot password' }).click()
    await page.getByLabel('E-mail').fill(people.cato.account.email)
    await page.getByRole('button', { name: 'Mail a reset link' }).click()
    await page.getByText('If there is such an account').waitFor()

    const link = await mailedLink(people.cato.account.email, earlier)
    await page.goto(link)
    await page.getByLabel('New password', { exact: true }).fill(fresh)
    await page.getByLabel('Repeat new password').fill(fresh)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Your new password is set.').waitFor()
    await visit.signIn('cato', fresh)

    await page.goto(link)
    await page.getByText('This link was used before').waitFor()
  })

  // F-104
  test('a second factor is set up, and asked for from then on', async () => {
    await using visit = await panel.open(look)
    const { page } = visit
    await visit.signIn('cato')
    const secret = await setUpSecondFactor(page)
    const recovery = await page.locator('.codes code').first().innerText()
    await page.getByRole('link', { name: 'Done' }).click()
    await page.getByRole('button', { name: 'Log out' }).click()

    await visit.signIn('cato')
    await page.getByLabel('Code').fill('000000')
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByRole('alert').waitFor()
    // The code of this half minute was used up by setting it up.
    await page.getByLabel('Code').fill(recovery)
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor()

    await db().update(secondFactors).set({ lastStep: 0 })
    await page.getByRole('link', { name: 'Profile' }).click()
    await page.getByRole('link', { name: 'Second factor' }).click()
    await page.locator('#current').fill(password)
    await page.getByLabel('Code').fill(codeOf(secret))
    await page.getByRole('button', { name: 'Turn off' }).click()
    await page.getByText('The second factor is off.').waitFor()
  })

  // M-34, M-35
  test('an admin logs in as a customer, and back out', async () => {
    await using visit = await panel.open(look)
    const { page } = visit
    await visit.signIn('ada')
    await page.goto('/customers?q=Cato')
    await page.getByRole('button', { name: 'Log in as Cato' }).click()
    await page.getByText('You are logged in as Cato. Really you are Ada.').waitFor()
    expect(await page.getByRole('link', { name: 'Hosts' }).count()).toBe(0)
    await page.getByRole('link', { name: 'shop.test', exact: true }).click()
    await page.getByRole('button', { name: 'Back to Ada' }).waitFor()

    await page.getByRole('button', { name: 'Log out' }).click()
    await page.getByRole('heading', { level: 1, name: 'Cato' }).waitFor()
    expect(await page.getByText('Really you are').count()).toBe(0)
    await page.getByRole('link', { name: 'Hosts' }).waitFor()

    await using cato = await panel.open(look)
    await cato.signIn('cato')
    await cato.page.goto('/profile')
    await cato.page.getByRole('rowheader', { name: 'Ada (ada)' }).first().waitFor()
  })
})

test.each([
  { width: 1280, dark: false },
  { width: 390, dark: true },
])('is accessible at $width, dark $dark', async (look) => {
  await using visit = await panel.open(look)
  const { page } = visit
  const check = async (name: string, path?: string) => {
    if (path) await page.goto(path)
    await visit.shoot(name)
    expect(await visit.violations(), name).toEqual([])
    expect(await overflow(page), name).toBe(0)
  }
  const earlier = post.received.length
  await check('forgotten', '/password/forgot')
  await page.getByLabel('User name').fill('cato')
  await page.getByRole('button', { name: 'Mail a reset link' }).click()
  await check('reset', await mailedLink(people.cato.account.email, earlier))
  await check('reset-dead', '/password/reset/none')

  await visit.signIn('cato')
  await check('profile-customer', '/profile')
  await check('second-factor-off', '/profile/second-factor')
  await page.getByLabel('Current password').fill(password)
  await page.getByRole('button', { name: 'Set up second factor' }).click()
  await page.getByRole('img', { name: 'QR code' }).waitFor()
  await check('second-factor-new')
  const secret = (await page.locator('#secret').innerText()).replaceAll(' ', '')
  await page.getByLabel('Code', { exact: true }).fill(codeOf(secret))
  await page.getByRole('button', { name: 'Turn on' }).click()
  await page.getByRole('heading', { level: 1, name: 'Recovery codes' }).waitFor()
  await check('recovery-codes')
  await check('second-factor-on', '/profile/second-factor')
  await check('sessions', '/profile/sessions')
  const own = `/customers/${people.cato.account.id}`
  await check('logins', `${own}/logins`)
  await check('login-new', `${own}/logins/new`)
  await page.goto(`${own}/logins`)
  await page.getByRole('link', { name: 'clerk' }).click()
  await check('login-further')

  await using seller = await panel.open(look)
  await seller.signIn('cato')
  await seller.page.getByLabel('Code').waitFor()
  expect(await seller.violations()).toEqual([])
  await seller.shoot('code')
  await seller.signIn('rita')
  for (const below of ['', '/password', '/login', '/impersonation']) {
    await seller.page.goto(`${own}${below}`)
    await seller.shoot(`account${below.replace('/', '-')}`)
    expect(await seller.violations(), below).toEqual([])
    expect(await overflow(seller.page), below).toBe(0)
  }
  await seller.page.getByRole('button', { name: 'Log in as Cato' }).click()
  await seller.page.getByText('Really you are Rita').waitFor()
  await seller.shoot('visit')
  expect(await seller.violations()).toEqual([])
  expect(await overflow(seller.page)).toBe(0)
})
