import { eq } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Subscription, subscriptions } from '../../src/subscriptions/schema.ts'
import { browserPanel } from '../browser/browser.ts'
import { aSubscription, type Cast, cast, reread, type Someone, someone } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'

const db = ownDatabase()
const panel = browserPanel(db)
let people: Cast
let carla: Someone
let shop: Subscription
beforeEach(async () => {
  await emptied(db())
  people = await cast(db())
  const { cato, rita, host, ritasGold } = people
  carla = await someone(db(), 'customer', 'carla', rita.account.id)
  shop = await aSubscription(db(), cato.account, host, ritasGold, 'shop.test')
  await aSubscription(db(), carla.account, host, ritasGold, 'blog.test')
})

describe.each([{ js: true }, { js: false }])('JavaScript $js', ({ js }) => {
  test('many are suspended, seen through and brought back', async () => {
    // P-15, P-64, F-79
    await using visit = await panel.open({ js })
    const { page } = visit
    await visit.signIn('rita')
    await page.goto('/customers?kind=customer')
    await page.getByRole('checkbox', { name: 'Choose Cato' }).check()
    await page.getByRole('checkbox', { name: 'Choose Carla' }).check()
    if (js) expect(await visit.violations()).toEqual([])
    await visit.shoot(`bulk-list-${js}`)
    await page.getByText('Change status', { exact: true }).click()
    await page.getByRole('button', { name: 'Suspend' }).click()

    await page.getByText('This will happen to 2 of 2').waitFor()
    await page.getByLabel('Reason').fill('Unpaid')
    if (js) expect(await visit.violations()).toEqual([])
    await visit.shoot(`bulk-preview-${js}`)
    await page.getByRole('button', { name: 'Suspend: 2' }).click()

    await page.getByText('0 of 2 done').waitFor()
    expect(await reread(db(), shop)).toMatchObject({ suspended: true })
    await db()
      .update(subscriptions)
      .set({ appliedGeneration: 2 })
      .where(eq(subscriptions.id, shop.id))
    // with JavaScript by itself, without by the page's own refresh
    await page.getByText('1 of 2 done').waitFor()
    if (js) expect(await visit.violations()).toEqual([])
    await visit.shoot(`bulk-receipt-${js}`)

    await page.getByRole('link', { name: 'Undo' }).click()
    await page.getByText('2 go back to exactly what they were.').waitFor()
    if (js) expect(await visit.violations()).toEqual([])
    await visit.shoot(`bulk-undo-${js}`)
    await page.getByRole('button', { name: 'Undo 2' }).click()
    await page.getByRole('heading', { name: 'Undo: Suspend' }).waitFor()
    expect(await reread(db(), shop)).toMatchObject({ suspended: false })
  })

  test('all that match go into the trash, and one comes back', async () => {
    // P-29, P-67, M-33
    await using visit = await panel.open({ js })
    const { page } = visit
    await visit.signIn('rita')
    await page.goto('/customers?q=ca')
    await page.getByLabel('All that match').check()
    await page.getByRole('button', { name: 'Remove', exact: true }).click()
    await page.getByText('This will happen to 2 of 2').waitFor()
    await page.getByLabel('Yes, remove them').check()
    await page.getByRole('button', { name: 'Remove: 2' }).click()
    await page.getByRole('heading', { name: 'Remove', exact: true }).waitFor()

    await page.goto(`/customers/${carla.account.id}`)
    await page.getByText('In the trash until').waitFor()
    if (js) expect(await visit.violations()).toEqual([])
    await visit.shoot(`trash-${js}`)
    await page.getByRole('button', { name: 'Restore' }).click()
    await page.getByText('Carla was restored.').waitFor()
  })

  test('one customer moves to another reseller', async () => {
    // P-26
    await using visit = await panel.open({ js })
    const { page } = visit
    await visit.signIn('ada')
    await page.goto(`/customers/${people.cato.account.id}`)
    await page.getByRole('link', { name: 'Provider: Change' }).click()
    await page.getByLabel('New provider').selectOption({ label: 'Rolf' })
    await page.getByRole('button', { name: 'Choose' }).click()
    await page.getByText('It keeps what it has.').waitFor()
    if (js) expect(await visit.violations()).toEqual([])
    await visit.shoot(`move-${js}`)
    await page.getByRole('button', { name: 'Move', exact: true }).click()
    await page.getByText('1 of 1 done').waitFor()
    await page.getByRole('link', { name: 'Undo' }).waitFor()
  })
})
