import { eq } from 'drizzle-orm'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { logins } from '../../src/accounts/schema.ts'
import { type Cast, cast, password } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { browserPanel, overflow } from './browser.ts'

const db = ownDatabase()
const panel = browserPanel(db)
let people: Cast
beforeAll(async () => {
  people = await cast(db())
})
beforeEach(async () => {
  const { id, passwordHash } = people.rita.login
  await db().update(logins).set({ passwordHash }).where(eq(logins.id, id))
})

describe.each([{ js: true }, { js: false }])('with JavaScript $js', (look) => {
  test('signs in, lands on the dashboard, and signs out', async () => {
    await using visit = await panel.open(look)
    const { page } = visit
    await page.goto('/')
    expect(page.url()).toContain('/login')

    await visit.signIn('rita')
    expect(new URL(page.url()).pathname).toBe('/')
    await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor()

    await page.getByRole('button', { name: 'Log out' }).click()
    await page.waitForURL('**/login')
    // F-75
    await page.goBack()
    await page.getByLabel('User name').waitFor()
  })

  test('a wrong password says so and keeps the name', async () => {
    await using visit = await panel.open(look)
    const { page } = visit
    await page.goto('/login')
    await page.getByLabel('User name').fill('rita')
    await page.getByLabel('Password').fill('not it')
    await page.getByRole('button', { name: 'Log in' }).click()

    await page.getByRole('alert').waitFor()
    expect(await page.getByLabel('User name').inputValue()).toBe('rita')
    expect(await page.getByLabel('Password').inputValue()).toBe('')
  })

  // S-41
  test('changes the own password, and the new one works', async () => {
    const fresh = 'nine wet dogs on a hill'
    await using visit = await panel.open(look)
    const { page } = visit
    await visit.signIn('rita')
    await page.getByRole('link', { name: 'Profile' }).click()
    const fill = async (current: string, next: string, repeat: string) => {
      await page.getByLabel('Current password').fill(current)
      await page.getByLabel('New password', { exact: true }).fill(next)
      await page.getByLabel('Repeat new password').fill(repeat)
      await page.getByRole('button', { name: 'Change password' }).click()
    }

    await fill(password, fresh, 'something else')
    await page.getByText('The two new passwords differ.').waitFor()
    expect(await page.getByLabel('Repeat new password').getAttribute('aria-invalid')).toBe('true')
    expect(await focused(page)).toBe('repeat')

    await fill(password, fresh, fresh)
    await page.getByRole('status').getByText('Your password was changed.').waitFor()

    await page.reload()
    expect(await page.getByText('Your password was changed.').count()).toBe(0)
    await page.getByRole('button', { name: 'Log out' }).click()
    await visit.signIn('rita', fresh)
  })
})

test('the menu is reached by keyboard, after a way past it', async () => {
  await using visit = await panel.open()
  const { page } = visit
  await visit.signIn('ada')
  const names: string[] = []
  while (names.at(-1) !== 'Log out' && names.length < 50) {
    await page.keyboard.press('Tab')
    names.push(await page.evaluate(() => document.activeElement?.textContent?.trim() ?? ''))
  }

  expect(names[0]).toBe('Skip to main content')
  expect(names).toEqual(
    expect.arrayContaining(['Dashboard', 'Customers', 'Plans', 'Profile', 'Log out']),
  )
})

test.each([{ js: true }, { js: false }])(
  'the menu of a small screen opens, JavaScript $js',
  async ({ js }) => {
    await using visit = await panel.open({ js, width: 390 })
    const { page } = visit
    await visit.signIn('ada')
    expect(await page.getByRole('link', { name: 'Profile' }).count()).toBe(0)

    await page.getByRole('button', { name: 'Menu' }).click()
    await page.getByRole('link', { name: 'Profile' }).click()
    await page.waitForURL('**/profile')
  },
)

const looks = [
  { width: 1280, dark: false },
  { width: 1280, dark: true },
  { width: 390, dark: false },
  { width: 390, dark: true },
]

test.each(looks)('is accessible at $width, dark $dark', async (look) => {
  await using visit = await panel.open(look)
  const { page } = visit
  const check = async (name: string) => {
    await visit.shoot(name)
    expect(await visit.violations(), name).toEqual([])
    expect(await overflow(page), name).toBe(0)
  }
  await page.goto('/login')
  await check('login')
  await visit.signIn('ada')
  await check('dashboard')
  await page.goto('/profile')
  await check('profile')
  await page.getByLabel('Current password').fill('not it')
  await page.getByLabel('New password', { exact: true }).fill('short')
  await page.getByLabel('Repeat new password').fill('shorter')
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.getByText('Nothing was saved').waitFor()
  await check('profile-refused')
  await page.goto('/nothing')
  await check('missing')
  if (look.width < 900) {
    await page.getByRole('button', { name: 'Menu' }).click()
    await check('menu')
  }
})

type Page = Awaited<ReturnType<typeof panel.open>>['page']

const focused = (page: Page) => page.evaluate(() => document.activeElement?.id)
