import { randomBytes } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { finishedJobs, jobs } from '../../src/jobs/schema.ts'
import { plans } from '../../src/plans/schema.ts'
import { conflicts, type Subscription, subscriptions } from '../../src/subscriptions/schema.ts'
import { suspendAccount, suspendSubscription } from '../../src/subscriptions/suspension.ts'
import { browserPanel } from '../browser/browser.ts'
import { aSubscription, type Cast, cast, password, someone } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'

const db = ownDatabase()
let quick = true
const panel = browserPanel(db, {
  sealingKey: randomBytes(32),
  jobs: {
    async finished() {
      if (quick) await hostIsDone()
      return quick
    },
  },
})
let people: Cast
let shop: Subscription
beforeEach(async () => {
  await emptied(db())
  quick = true
  people = await cast(db())
  shop = await aSubscription(db(), people.cato.account, people.host, people.ritasGold, 'shop.test')
})

async function hostIsDone() {
  await db().update(subscriptions).set({ appliedGeneration: sql`generation` })
  await db().delete(jobs)
}

describe.each([{ js: true }, { js: false }])('JavaScript $js', ({ js }) => {
  test('a reseller makes a customer with a subscription and sees its password once', async () => {
    // P-60, P-63, S-33 to S-37
    await using visit = await panel.open({ js })
    const { page } = visit
    await visit.signIn('rita')
    await page.getByRole('link', { name: 'Customers' }).first().click()
    await page.getByRole('link', { name: 'New customer' }).click()
    await page.getByLabel('Name', { exact: true }).fill("Carla O'Conti")
    await page.getByLabel('E-mail', { exact: true }).fill('carla@example.org')
    await page.getByLabel('User name', { exact: true }).fill('root')
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByLabel('Repeat password').fill(password)
    await page.getByLabel('Description').fill('pays late')
    await page.getByLabel('Domain name').fill('http://www.Blog.test/')
    await page.getByLabel('Plan', { exact: true }).selectOption({ label: 'Gold' })
    await page.getByRole('button', { name: 'Create customer' }).click()

    await page.getByText('This user name is reserved.').waitFor() // F-12
    expect(await page.getByLabel('Description').inputValue()).toBe('pays late')
    expect(await page.getByLabel('Password', { exact: true }).inputValue()).toBe('')
    await page.getByLabel('User name', { exact: true }).fill('carla')
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByLabel('Repeat password').fill(password)
    await page.getByRole('button', { name: 'Create customer' }).click()

    await page.getByText('Copy and store safely').waitFor()
    expect(await page.locator('#user').textContent()).toBe('carla')
    expect(await page.locator('#password').textContent()).toBe(password)
    await page.reload()
    await page.getByText('The password was shown already').waitFor()

    await page.getByRole('link', { name: 'Show customer' }).click()
    await page.getByRole('link', { name: 'Change status' }).click()
    await page.getByLabel('Reason').fill('Unpaid')
    await page.getByRole('button', { name: 'Suspend' }).click()
    await page.getByText('Unpaid').waitFor()
    await page.getByRole('link', { name: 'Change status' }).click()
    await page.getByRole('button', { name: 'Activate' }).click()
    await page.getByText('Activated.').waitFor()
    await page.getByRole('link', { name: 'Remove' }).click()
    await page.getByText('1 subscription').waitFor()
    await page.getByLabel('To confirm, type the name').fill("Carla O'Conti")
    await page.getByRole('button', { name: 'Remove' }).click()
    await page.getByText("Carla O'Conti is in the trash and can be restored.").waitFor()
  })

  test('a page follows a slow host and leads to the password by itself', async () => {
    // S-36
    quick = false
    await using visit = await panel.open({ js })
    const { page } = visit
    await visit.signIn('rita')
    await page.goto(`/subscriptions/new?account=${people.cato.account.id}`)
    await page.getByLabel('Domain name').fill('slow.test')
    await page.getByRole('button', { name: 'Create subscription' }).click()
    await page.getByRole('heading', { name: 'Provisioning slow.test' }).waitFor()
    expect(await visit.page.locator('#password').count()).toBe(0)

    await hostIsDone()
    await page.getByText('Copy and store safely').waitFor()
    expect(await page.locator('#user').textContent()).toBe('slow')
  })
})

test('an empty system leads from the plan to the customer', async () => {
  // S-2, S-7
  await db().update(plans).set({ notForResellers: true }).where(eq(plans.id, people.adasGold.id))
  await someone(db(), 'reseller', 'ron', people.ada.account.id)
  await using visit = await panel.open({ js: false })
  const { page } = visit
  await visit.signIn('ron')
  await page.getByRole('heading', { name: 'Create a plan first' }).waitFor()
  await page.getByRole('link', { name: 'New plan' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Gold')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.goto('/')
  await page.getByRole('link', { name: 'New customer' }).click()
  await page.getByRole('heading', { name: 'New customer' }).waitFor()
})

test.each([
  { width: 1280, dark: false },
  { width: 1280, dark: true },
  { width: 390, dark: false },
])('looks well at $width, dark $dark', async (look) => {
  await everythingOdd()
  await using visit = await panel.open(look)
  await visit.signIn('rita')
  const customer = `/customers/${people.cato.account.id}`
  const subscription = `/subscriptions/${shop.id}`
  for (const [name, path] of [
    ['dashboard', '/'],
    ['start', '/start'],
    ['customers', '/customers'],
    ['customer-new', '/customers/new'],
    ['customer', customer],
    ['customer-contact', `${customer}/contact`],
    ['customer-login', `${customer}/login`],
    ['customer-description', `${customer}/description`],
    ['customer-status', `${customer}/suspension`],
    ['customer-removal', `${customer}/removal`],
    ['customer-credentials', `${customer}/credentials`],
    ['subscriptions', '/subscriptions'],
    ['subscription-new', '/subscriptions/new'],
    ['subscription', subscription],
    ['subscription-plan', `${subscription}/plan`],
    ['subscription-shell', `${subscription}/shell`],
    ['subscription-password', `${subscription}/password`],
    ['subscription-status', `${subscription}/suspension`],
    ['subscription-removal', `${subscription}/removal`],
    ['subscription-progress', `${subscription}/credentials`],
  ] as const) {
    await visit.page.goto(path)
    expect(await visit.violations(), path).toEqual([])
    expect(await sideways(visit.page), path).toBe(0)
    await visit.shoot(name)
  }
})

test('a customer’s own pages look well', async () => {
  await db().update(accounts).set({ additionalInformation: 'Office hours: 9 to 5\nCall us.' })
  await using visit = await panel.open({ width: 390 })
  await visit.signIn('cato')
  for (const [name, path] of [
    ['own', '/'],
    ['own-account', `/customers/${people.cato.account.id}`],
    ['own-subscription', `/subscriptions/${shop.id}`],
  ] as const) {
    await visit.page.goto(path)
    expect(await visit.violations(), path).toEqual([])
    await visit.shoot(name)
  }
})

/** How far the page can be pushed to the side; tables must fold instead. */
const sideways = (page: { evaluate: <T>(f: () => T) => Promise<T> }) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

/** Long names, both kinds of suspension, a conflict, and a job that waits for a person. */
async function everythingOdd() {
  const { ada, rita, cato, host } = people
  await db()
    .update(accounts)
    .set({
      name: `Cato ${'Maior '.repeat(20)}`.trim(),
      company: 'Cato & Sons '.repeat(6).trim(),
      description: 'Pays late. '.repeat(20),
      additionalInformation: 'Office hours: 9 to 5',
    })
    .where(eq(accounts.id, cato.account.id))
  const long = `${'a'.repeat(63)}.${'b'.repeat(63)}.test`
  await aSubscription(db(), cato.account, host, null, long, { unsynced: true })
  await aSubscription(db(), cato.account, host, people.ritasGold, 'xn--bcher-kva.example', {
    locked: true,
  })
  await db().insert(conflicts).values({
    subscriptionId: shop.id,
    property: 'shell',
    wanted: 'limited',
    available: 'bash',
    remedy: 'Install the limits.',
  })
  await db().update(subscriptions).set({ unsynced: true }).where(eq(subscriptions.id, shop.id))
  await suspendSubscription(db(), rita.actor, shop.id, 'Spam from a form on the site')
  await suspendAccount(db(), ada.actor, cato.account.id, 'Abuse '.repeat(30))
  await suspendAccount(db(), rita.actor, cato.account.id, 'Unpaid')
  await db().update(jobs).set({ state: 'parked', reason: 'A user named shop is there already.' })
  expect(await db().select().from(finishedJobs)).toEqual([])
}
