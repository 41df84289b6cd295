import { beforeAll, describe, expect, test } from 'vitest'
import { browserPanel, overflow } from '../browser/browser.ts'
import { cast } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { manyContents, manyCustomers } from './many.ts'

const db = ownDatabase()
const panel = browserPanel(db)
beforeAll(async () => {
  await manyCustomers(db(), await cast(db()), 60)
  await manyContents(db())
})

test('filters as somebody types, keeps the cursor there, and can be gone back from', async () => {
  await using visit = await panel.open()
  const { page } = visit
  await visit.signIn('ada')
  await page.goto('/customers')
  const search = page.getByRole('searchbox', { name: 'Search customers' })
  const rows = page.locator('#list tbody tr')
  await expect.poll(() => rows.count()).toBe(50)

  await search.pressSequentially('conti')
  await expect.poll(() => new URL(page.url()).search).toBe('?q=conti')
  await expect.poll(() => rows.count()).toBe(30)
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('q')
  expect(await search.inputValue()).toBe('conti')
  expect(await page.getByRole('status').filter({ hasText: '30 accounts' }).count()).toBe(1)

  // P-16, with the keyboard alone
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByLabel('Status', { exact: true }).focus()
  await page.keyboard.press('ArrowDown')
  await expect.poll(() => new URL(page.url()).search).toBe('?q=conti&status=active')
  await expect.poll(() => rows.count()).toBe(30)
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('filter-status')
  expect(await visit.violations()).toEqual([])
  await visit.shoot('customers-filtered')

  await page.getByRole('link', { name: 'Columns' }).click()
  await page.getByRole('group', { name: 'Columns' }).waitFor()
  expect(await visit.violations()).toEqual([])

  await page.goBack()
  await expect.poll(() => search.inputValue()).toBe('conti')
  await page.goto(page.url())
  await expect.poll(() => rows.count()).toBe(30)
})

test('a key leads to the box that finds everything; other lists look as they should', async () => {
  await using visit = await panel.open({ width: 390, dark: true })
  const { page } = visit
  await visit.signIn('ada')
  await page.keyboard.press('/')
  await page.keyboard.type('conti')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Search for “conti”' }).waitFor()
  expect(await visit.violations()).toEqual([])
  const [box, button] = await Promise.all(
    [page.locator('#q'), page.locator('main').getByRole('button', { name: 'Search' })].map((one) =>
      one.boundingBox(),
    ),
  )
  expect(button!.y).toBeLessThan(box!.y + box!.height)
  await visit.shoot('search')

  for (const path of ['/subscriptions', '/audit', '/jobs', ...contents, '/plans', '/hosts']) {
    await page.goto(path)
    expect([path, await visit.violations(), await overflow(page)]).toEqual([path, [], 0])
    await visit.shoot(path.slice(1))
  }
})

const contents = [
  '/domains',
  '/forwardings',
  '/mailboxes',
  '/mailing-lists',
  '/ftp-logins',
  '/databases',
]

test('what subscriptions contain is filtered in the same way, and added up', async () => {
  await using visit = await panel.open()
  const { page } = visit
  await visit.signIn('ada')
  for (const path of contents) {
    await page.goto(path)
    expect([path, await visit.violations(), await overflow(page)]).toEqual([path, [], 0])
    await visit.shoot(path.slice(1))
  }
  const search = page.getByRole('searchbox', { name: 'Search databases' })
  await search.pressSequentially('conti')
  await expect.poll(() => new URL(page.url()).search).toBe('?q=conti')
  await expect.poll(() => page.locator('tfoot').innerText()).toContain('30 MB')
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('q')
})

describe.each([
  { width: 1280, dark: false },
  { width: 390, dark: false },
  { width: 1280, dark: true },
  { width: 390, dark: true },
])('without JavaScript at $width (dark: $dark)', ({ width, dark }) => {
  test('the same by a button', async () => {
    await using visit = await panel.open({ js: false, width, dark })
    const { page } = visit
    await visit.signIn('rita')
    await page.goto('/customers')
    await page.getByRole('searchbox', { name: 'Search customers' }).fill('abel')
    await page.getByRole('button', { name: 'Search', exact: true }).click()
    expect(new URL(page.url()).searchParams.get('q')).toBe('abel')
    expect(await page.locator('#list tbody tr').count()).toBe(15)

    await page.getByText('Filter', { exact: true }).click()
    await page.getByLabel('Status', { exact: true }).selectOption('active')
    await page.getByRole('button', { name: 'Search', exact: true }).click()
    expect(await page.locator('#list tbody tr').count()).toBeGreaterThan(0)
    expect(await page.getByRole('link', { name: /Status: Active/ }).count()).toBe(1)
    expect(await overflow(page)).toBe(0)
    await visit.shoot('customers-panel')

    await page.getByRole('link', { name: 'Columns' }).click()
    await page.getByRole('checkbox', { name: 'Company' }).uncheck()
    await page.getByRole('checkbox', { name: 'E-mail' }).check()
    await visit.shoot('customers-columns')
    await page.getByRole('button', { name: 'Show these' }).click()
    expect(new URL(page.url()).searchParams.get('status')).toBe('active')
    expect(await page.locator('thead').innerText()).not.toContain('Company')
    expect(await page.locator('tbody').innerText()).toContain('@example.org')
    await page.goto('/customers')
    await visit.shoot('customers')

    await page.getByRole('link', { name: 'Columns' }).click()
    await page.getByRole('button', { name: 'The usual ones' }).click()
    expect(await page.locator('thead').textContent()).toContain('Company')
  })
})
