import { beforeEach, describe, expect, test } from 'vitest'
import { initialValues } from '../../src/plans/catalogue.ts'
import { GB } from '../../src/plans/property.ts'
import { expireDue } from '../../src/subscriptions/expiry.ts'
import { choosePlan } from '../../src/subscriptions/plan-choice.ts'
import { type Subscription, subscriptions } from '../../src/subscriptions/schema.ts'
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
    if (js) expect(await visit.violations()).toEqual([])
    await visit.shoot('subscription-add-ons')

    await page.getByRole('button', { name: 'Remove More' }).click()
    await page.getByText('The add-on was removed.').waitFor()
    expect(await reread(db(), shop)).toMatchObject({ values: { disk: GB } })
    if (js) expect(await visit.violations()).toEqual([])
  })

  test('one value is customized, returned, and all is locked and unlocked', async () => {
    // S-21, P-40, P-41
    await using visit = await panel.open({ js })
    const { page } = visit
    await visit.signIn('rita')
    const url = `/subscriptions/${shop.id}`
    await page.goto(url)
    await page.getByRole('link', { name: 'Customize' }).click()
    await page.getByLabel('Disk space', { exact: true }).fill('3072')
    await page.getByLabel('Reason').fill('Paid for more')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Paid for more').waitFor()
    expect(await reread(db(), shop)).toMatchObject({ locked: false, values: { disk: 3 * GB } })
    if (js) expect(await visit.violations()).toEqual([])
    await visit.shoot(`subscription-values-${js}`)

    await page.getByRole('button', { name: 'Return this value to the plan: Disk space' }).click()
    await page.getByText('The value is the plan’s again.').waitFor()
    await page.getByLabel('Disk space', { exact: true }).fill('2048')
    await page.getByLabel('Lock it whole').check()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Locked: it keeps all its values').waitFor()
    expect(await reread(db(), shop)).toMatchObject({ locked: true, values: { disk: 2 * GB } })

    await page.goto(`${url}/lock`)
    await page.getByText('This will change').waitFor()
    await page.getByRole('row', { name: /Disk space \(MB\).*2,048.*1,024/ }).waitFor()
    if (js) expect(await visit.violations()).toEqual([])
    await visit.shoot(`subscription-lock-${js}`)
    await page.getByRole('button', { name: 'Unlock & sync' }).click()
    await page.getByText('Unlocked: it follows its plan again.').waitFor()
    expect(await reread(db(), shop)).toMatchObject({ locked: false, values: { disk: GB } })
  })

  test('what has expired is renewed in one step', async () => {
    // R-20, P-44
    await db().update(subscriptions).set({ expiresOn: '2001-01-31' })
    await expireDue(db())
    await using visit = await panel.open({ js })
    const { page } = visit
    await visit.signIn('rita')
    await page.goto(`/subscriptions/${shop.id}`)
    await page.getByText('It has expired.').waitFor()
    await page.getByRole('link', { name: 'Expiration date' }).click()
    await page.getByLabel('Expiration date').fill('2099-12-31')
    if (js) expect(await visit.violations()).toEqual([])
    await page.getByRole('button', { name: 'Save' }).click()
    await page.locator('time[datetime="2099-12-31"]').waitFor()
    expect(await reread(db(), shop)).toMatchObject({ suspended: false, expiresOn: '2099-12-31' })
  })

  test('many get another plan, after a preview that says who does not', async () => {
    // P-34, F-84
    const big = await aPlan(db(), people.rita.account, 'Big', { disk: 5 * GB })
    await aSubscription(db(), people.cato.account, people.host, big, 'blog.test')
    await using visit = await panel.open({ js })
    const { page } = visit
    await visit.signIn('rita')
    await page.goto('/subscriptions')
    await page.getByRole('checkbox', { name: 'Choose shop.test' }).check()
    await page.getByRole('checkbox', { name: 'Choose blog.test' }).check()
    if (js) expect(await visit.violations()).toEqual([])
    await visit.shoot(`subscriptions-choose-${js}`)
    await page.getByRole('button', { name: 'Change plan and add-ons' }).click()
    await page.getByLabel('Plan', { exact: true }).selectOption({ label: 'Big' })
    await page.getByRole('button', { name: 'Preview' }).click()
    await page.getByText('This will happen to 1 of 2').waitFor()
    await page.getByText('It has this plan already.').waitFor()
    if (js) expect(await visit.violations()).toEqual([])
    await visit.shoot(`subscriptions-tie-${js}`)
    expect(await reread(db(), shop)).toMatchObject({ planId: shop.planId })
    await page.getByRole('button', { name: 'Change plan: 1' }).click()
    await page.getByText(/of 1 done/).waitFor()
    expect(await reread(db(), shop)).toMatchObject({ planId: big.id, values: { disk: 5 * GB } })
  })

  test('a customer changes what its plan lets it, and sees who decides the rest', async () => {
    // P-46, P-47
    const free = await aPlan(db(), people.rita.account, 'Free', { mayChangePhp: true })
    await choosePlan(db(), people.rita.actor, shop.id, free.id)
    await using visit = await panel.open({ js })
    const { page } = visit
    await visit.signIn('cato')
    await page.goto(`/subscriptions/${shop.id}`)
    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByRole('row', { name: /IMAP Off The plan Free decides this/ }).waitFor()
    expect(await page.getByLabel('Disk space').count()).toBe(0)
    await page.getByLabel('PHP version').selectOption('8.4')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Customer-managed').waitFor()
    expect(await reread(db(), shop)).toMatchObject({ locked: false, values: { phpVersion: '8.4' } })
    if (js) expect(await visit.violations()).toEqual([])
    await visit.shoot(`subscription-settings-${js}`)
  })
})
