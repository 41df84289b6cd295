import { beforeEach, describe, expect, test } from 'vitest'
import { initialValues } from '../../src/plans/catalogue.ts'
import { GB } from '../../src/plans/property.ts'
import type { Subscription } from '../../src/subscriptions/schema.ts'
import { browserPanel } from '../browser/browser.ts'
import { aPlan, aSubscription, type Cast, cast, reread } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'

const db = ownDatabase()
const panel = browserPanel(db)
let people: Cast
let shop: Subscription
beforeEach(async () => {
  await emptied(db())
  people = await cast(db())
  shop = await aSubscription(db(), people.cato.account, people.host, people.ritasGold, 'shop.test')
  const more = { ...initialValues('add-on'), disk: GB }
  await aPlan(db(), people.rita.account, 'More', more, 'add-on')
})

describe.each([{ js: true }, { js: false }])('JavaScript $js', ({ js }) => {
  test('an add-on comes and goes', async () => {
    // P-31, P-35
    await using visit = await panel.open({ js })
    const { page } = visit
    await visit.signIn('rita')
    await page.goto(`/subscriptions/${shop.id}`)
    await page.getByRole('link', { name: 'Add-ons' }).click()
    await page.getByLabel('Add-on', { exact: true }).selectOption({ label: 'More' })
    await page.getByRole('button', { name: 'Add add-on' }).click()
    await page.getByText('The add-on was added.').waitFor()
    expect(await reread(db(), shop)).toMatchObject({ values: { disk: 2 * GB } })
    expect(await visit.violations()).toEqual([])
    await visit.shoot('subscription-add-ons')

    await page.getByRole('button', { name: 'Remove More' }).click()
    await page.getByText('The add-on was removed.').waitFor()
    expect(await reread(db(), shop)).toMatchObject({ values: { disk: GB } })
    expect(await visit.violations()).toEqual([])
  })
})
