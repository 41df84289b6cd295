import { beforeAll, describe, expect, test } from 'vitest'
import { browserPanel } from '../browser/browser.ts'
import { aPlan, aSubscription, type Cast, cast, reread } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'

const db = ownDatabase()
const panel = browserPanel(db)
let people: Cast
beforeAll(async () => {
  people = await cast(db())
  await aPlan(db(), people.ada.account, 'Extra', {}, 'add-on')
})

describe.each([{ js: true }, { js: false }])('JavaScript $js', ({ js }) => {
  test('a plan is made, changed and deleted', async () => {
    await using visit = await panel.open({ js })
    const { page } = visit
    await visit.signIn('ada')
    await page.getByRole('link', { name: 'Plans' }).click()
    await page.getByRole('link', { name: 'New plan' }).click() // S-8

    await page.getByLabel('Name', { exact: true }).fill(`Silver${js}`)
    await page.getByLabel('Disk space').fill('1,5')
    await page.getByLabel('Traffic').fill('')
    await page.getByLabel('Mailboxes').fill('3')
    await page.getByLabel('IMAP').check()
    await page.getByRole('button', { name: 'Save' }).click() // S-22
    await page.getByText('Whole numbers only, without a point or comma.').waitFor()
    await page.getByText('Required: enter a whole number. 0 means none.').waitFor()
    expect(await page.getByLabel('Disk space').inputValue()).toBe('1,5')
    expect(await page.getByLabel('IMAP').isChecked()).toBe(true)
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('disk')

    await page.getByLabel('Disk space').fill('2048')
    await page.locator('[name="traffic.unlimited"]').check() // S-12
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText(`Plan Silver${js} was created.`).waitFor()
    const row = page.getByRole('row', { name: `Silver${js}` })
    expect(await row.textContent()).toMatch(/2 GB\s*Unlimited\s*3/)

    await row.getByRole('link', { name: 'Edit' }).click()
    await page.getByLabel('Mailboxes').fill('4')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText(`Plan Silver${js} was changed.`).waitFor()

    await row.getByRole('link', { name: 'Delete' }).click()
    await page.getByText('Deleted plans cannot be restored.').waitFor() // S-25
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.getByText(`Plan Silver${js} was deleted.`).waitFor()
    expect(await row.count()).toBe(0)
  })
})

test.each([{ js: true }, { js: false }])(
  'a plan in use is changed after a look at what it does, JavaScript $js',
  async ({ js }) => {
    const plan = await aPlan(db(), people.rita.account, `Used${js}`)
    const site = await aSubscription(db(), people.cato.account, people.host, plan, `u${js}.test`)
    await using visit = await panel.open({ js })
    const { page } = visit
    await visit.signIn('rita')
    await page.goto(`/plans/${plan.id}`)
    await page.getByLabel('Subdomains', { exact: true }).fill('7')
    await page.getByRole('button', { name: 'Save' }).click()

    await page.getByText('1 subscription has this plan. Nothing is saved yet.').waitFor()
    await page.getByRole('button', { name: 'Show 1 changes' }).click()
    await page.getByText('Subdomains: 0 → 7').waitFor()
    await visit.shoot('plans-preview')
    if (js) expect(await visit.violations()).toEqual([])
    await page.getByRole('button', { name: 'Update & Sync' }).click() // P-55
    await page.getByText(/was changed/).waitFor()
    expect((await reread(db(), site))!.values.subdomains).toBe(7)
  },
)

test.each([
  { width: 1280, dark: false },
  { width: 1280, dark: true },
  { width: 390, dark: false },
])('looks well at $width, dark $dark', async (look) => {
  const site = `look${look.width}${look.dark}.test`
  await aSubscription(db(), people.cato.account, people.host, people.ritasGold, site)
  await using visit = await panel.open(look)
  const { page } = visit
  await visit.signIn('ada')
  const pages = {
    'plans-list': '/plans',
    'plans-new': '/plans/new',
    'plans-reseller': '/plans/new?kind=reseller',
    'plans-add-on': '/plans/new?kind=add-on',
    'plans-edit': `/plans/${people.ritasGold.id}`,
    'plans-removal': `/plans/${people.ritasGold.id}/removal`,
  }
  for (const [name, path] of Object.entries(pages)) {
    await page.goto(path)
    await visit.shoot(name)
    expect(await visit.violations()).toEqual([])
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
    expect([name, wide]).toEqual([name, false])
  }

  await page.goto('/plans/new')
  await page.getByLabel('Disk space').fill('1,5')
  await page.getByText('Media', { exact: true }).click()
  await page.getByLabel('Max connections').fill('x')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Whole numbers only').waitFor()
  await visit.shoot('plans-refused')
  expect(await visit.violations()).toEqual([])
})
