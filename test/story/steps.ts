import { expect } from 'vitest'
import type { Visit } from './panel.ts'

export const ritasPassword = 'a horse for every guest'

export interface Shown {
  user: string
  password: string
}

/** First steps, from the empty system on: each page leads to the next by itself (S-2, S-7). */
export async function makePlan({ page }: Visit, name: string) {
  await page.goto('/')
  await page.getByRole('link', { name: 'New plan' }).first().click()
  await page.getByLabel('Name', { exact: true }).fill(name)
  for (const [label, value] of [
    ['Disk space', '1000'],
    ['Traffic', '20000'],
    ['Mailboxes', '5'],
    ['Mailing lists', '0'],
    ['FTP logins', '2'],
    ['Subdomains', '3'],
    ['MySQL databases', '1'],
  ] as const) {
    await page.getByLabel(label, { exact: true }).fill(value)
  }
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText(`Plan ${name} was created.`).waitFor()
}

export async function makeReseller({ page }: Visit) {
  await page.goto('/customers/new')
  await page.getByRole('radio', { name: 'Reseller' }).check()
  await page.getByLabel('Name', { exact: true }).fill('Rita Reseller')
  await page.getByLabel('E-mail', { exact: true }).fill('rita@rita.test')
  await page.getByLabel('User name').fill('rita')
  await page.getByLabel('Password', { exact: true }).fill(ritasPassword)
  await page.getByLabel('Repeat password').fill(ritasPassword)
  await page.getByRole('button', { name: 'Create' }).click()
  await page.getByRole('heading', { name: 'Rita Reseller' }).waitFor()
}

/** S-33 to S-37: customer and subscription in one form, and what is shown once. */
export async function makeCustomer(visit: Visit, domain: string, plan: string): Promise<Shown> {
  const { page } = visit
  await page.goto('/customers/new')
  await page.getByLabel('Name', { exact: true }).fill('Cato Customer')
  await page.getByLabel('E-mail', { exact: true }).fill('cato@cato.test')
  await page.getByLabel('User name').fill('cato')
  await page.getByLabel('Domain name').fill(domain)
  await page.getByLabel('Plan', { exact: true }).selectOption({ label: plan })
  await page.getByRole('button', { name: 'Create' }).click()
  await page.getByText('shown only once').waitFor()
  // axe needs timers, which a page without scripts does not get.
  if (visit.js) expect(await visit.violations()).toEqual([])

  const user = await page.locator('#user').textContent()
  const password = await page.locator('#password').textContent()
  await page.reload()
  expect(await page.content()).not.toContain(password)
  return { user: user!, password: password! }
}

export async function openSubscription({ page }: Visit, domain: string) {
  await page.goto('/subscriptions')
  await page.getByRole('link', { name: domain }).first().click()
  await page.getByRole('heading', { name: domain }).waitFor()
}

/** Follows what a change comes to on the host, with or without scripts. */
export async function untilApplied({ page }: Visit) {
  await page.locator('#progress').getByText('is as wanted').waitFor()
}

export async function changeShell(visit: Visit, domain: string, shell: string) {
  const { page } = visit
  await openSubscription(visit, domain)
  await page.getByRole('link', { name: 'Change shell' }).click()
  await page.getByRole('radio', { name: shell, exact: true }).check()
  await page.getByRole('button', { name: 'Save' }).click()
  await untilApplied(visit)
}

export async function changeStatus(visit: Visit, domain: string, to: 'Suspend' | 'Activate') {
  const { page } = visit
  await openSubscription(visit, domain)
  await page.getByRole('link', { name: 'Change status' }).click()
  await page.getByRole('button', { name: to }).click()
  await untilApplied(visit)
}

export async function suspendCustomer(visit: Visit, name: string, to: 'Suspend' | 'Activate') {
  const { page } = visit
  await page.goto('/customers')
  await page.getByRole('link', { name }).first().click()
  await page.getByRole('link', { name: 'Change status' }).click()
  await page.getByRole('button', { name: to }).click()
  await page.getByRole('heading', { name }).waitFor()
}

export async function removeCustomer({ page }: Visit, name: string) {
  await page.goto('/customers')
  await page.getByRole('link', { name }).first().click()
  const remove = page.getByRole('link', { name: 'Remove', exact: true })
  await remove.waitFor()
  const customer = page.url()
  await remove.click()
  // P-68: the confirmation counts what goes.
  await page.getByText('1 subscription').first().waitFor()
  await page.getByLabel('To confirm, type the name').fill(name)
  await page.getByRole('button', { name: 'Remove' }).click()
  await page.getByText(`${name} is in the trash`).waitFor()

  await page.goto(customer)
  await page.getByRole('link', { name: 'Remove for good' }).click()
  await page.getByLabel('To confirm, type the name').fill(name)
  await page.getByRole('button', { name: 'Remove for good' }).click()
  await page.getByText(`${name} is being removed.`).waitFor()
}

/** P-13: whether the panel lets somebody in. */
export async function canLogIn(visit: Visit, name: string, password: string): Promise<boolean> {
  const { page, context } = visit
  await context.clearCookies()
  await page.goto('/login')
  await page.getByLabel('User name').fill(name)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Log in' }).click()
  return !(await page.getByText('cannot log in now').isVisible())
}
