import { beforeAll, expect, test } from 'vitest'
import { cast } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { browserPanel } from './browser.ts'

const db = ownDatabase()
const panel = browserPanel(db)
beforeAll(async () => void (await cast(db())))

test.each([
  { width: 1280, dark: false },
  { width: 1280, dark: true },
  { width: 390, dark: false },
  { width: 390, dark: true },
])('looks $width $dark', async (look) => {
  await using visit = await panel.open(look)
  const { page } = visit
  await page.goto('/login')
  await visit.shoot('login')
  expect(await visit.violations()).toEqual([])
  await visit.signIn('ada')
  await visit.shoot('dashboard')
  expect(await visit.violations()).toEqual([])
  await page.goto('/profile')
  await visit.shoot('profile')
  if (look.width < 900) {
    await page.getByRole('button', { name: 'Menu' }).click()
    await visit.shoot('menu')
    expect(await visit.violations()).toEqual([])
    await page.keyboard.press('Escape')
  }
  await page.getByLabel('Current password').fill('nope')
  await page.getByLabel('New password', { exact: true }).fill('short')
  await page.getByLabel('Repeat new password').fill('shorter')
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.getByText('Nothing was saved').waitFor()
  await visit.shoot('profile-refused')
  expect(await visit.violations()).toEqual([])
  await page.goto('/nothing')
  await visit.shoot('missing')
  expect(await visit.violations()).toEqual([])
})
