import { eq } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Values } from '../../src/plans/catalogue.ts'
import { GB } from '../../src/plans/property.ts'
import { resellers } from '../../src/plans/schema.ts'
import { browserPanel } from '../browser/browser.ts'
import { aPlan, aSubscription, type Cast, cast, someone } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'

const db = ownDatabase()
const panel = browserPanel(db)
let people: Cast
beforeEach(async () => {
  await emptied(db())
  people = await cast(db())
  await ritaHas({ disk: 10 * GB, mailboxes: 20, subscriptions: 5, customers: 3, shell: 'limited' })
  await sold('rita', 'own.test', { disk: 4 * GB })
  await sold('cato', 'shop.test', { disk: 8 * GB, mailboxes: 'unlimited', shell: 'bash' })
})

const ritaHas = async (values: Partial<Values>) => {
  const mine = eq(resellers.accountId, people.rita.account.id)
  const [row] = await db().select().from(resellers).where(mine)
  await db()
    .update(resellers)
    .set({ values: { ...row!.values, ...values } })
    .where(mine)
}
const sold = (who: 'rita' | 'cato', domain: string, values: Partial<Values>) =>
  aSubscription(db(), people[who].account, people.host, people.ritasGold, domain, {
    values: { ...people.ritasGold.values, ...values },
  })

describe.each([{ js: true }, { js: false }])('JavaScript $js', ({ js }) => {
  test('a customer becomes a reseller, gets another plan, and goes back', async () => {
    // P-21 to P-23, M-32, R-18
    const carl = await someone(db(), 'customer', 'carl', people.ada.account.id)
    await aSubscription(db(), carl.account, people.host, people.adasGold, 'carls.test')
    const all = (await db().select().from(resellers))[0]!.values
    await aPlan(db(), people.ada.account, 'Tiny', { ...all, disk: 1024 * 1024 }, 'reseller')

    await using visit = await panel.open({ js })
    const { page } = visit
    await visit.signIn('ada')
    await page.goto(`/customers/${carl.account.id}`)
    await page.getByRole('link', { name: 'Convert to reseller' }).click()
    const choice = page.getByLabel('Reseller plan')
    expect(await choice.locator('option:checked').textContent()).toBe('Custom')
    await choice.selectOption({ label: 'Tiny' })
    await page.getByRole('button', { name: 'Convert to reseller' }).click()
    await page.getByText('Disk space (MB): 1,024 are given away already').waitFor()
    await page.getByLabel('Reseller plan').selectOption({ label: 'Custom' })
    await page.getByRole('button', { name: 'Convert to reseller' }).click()
    await page.getByText('Carl is a reseller now.').waitFor()
    await page.getByText('1 of 1 done').waitFor()
    await page.getByRole('link', { name: 'Carl', exact: true }).click()

    await page.getByRole('link', { name: 'Reseller plan', exact: true }).click()
    await page.getByLabel('Reseller plan').selectOption({ label: 'Tiny' })
    await page.getByRole('button', { name: 'Show what changes' }).click()
    await page.getByText('Too much would be sold:').waitFor()
    await page.getByRole('button', { name: 'Change reseller plan' }).click()
    await page.getByText('The reseller plan of Carl was changed.').waitFor()
    await page.getByText('Unsynced').waitFor()

    await page.goto(`/customers/${carl.account.id}/conversion`)
    await page.getByLabel('Yes, convert Carl').check()
    await page.getByRole('button', { name: 'Convert to customer' }).click()
    await page.getByText('Carl is a customer now.').waitFor()
  })

  test('a reseller looks at what it has left', async () => {
    // M-15
    await using visit = await panel.open({ js })
    const { page } = visit
    await visit.signIn('rita')
    await page.getByRole('heading', { name: 'Reseller usage' }).waitFor()
    await page.getByRole('link', { name: 'Show all' }).click()
    await page.getByRole('img', { name: '120% sold' }).waitFor()
    await page.getByRole('link', { name: 'Disk space' }).click()
    await page.getByRole('link', { name: 'shop.test' }).waitFor()
    await page.getByRole('row', { name: 'Sum of all subscriptions 12 GB' }).waitFor()
  })
})

test.each([
  { width: 1280, dark: false },
  { width: 1280, dark: true },
  { width: 390, dark: false },
])('looks well at $width, dark $dark', async (look) => {
  const rita = `/customers/${people.rita.account.id}`
  const big = await aPlan(db(), people.ada.account, 'Big', { disk: 50 * GB }, 'reseller')
  await using visit = await panel.open(look)
  const seen = async (pages: [name: string, path: string][]) => {
    for (const [name, path] of pages) {
      await visit.page.goto(path)
      expect(await visit.violations(), path).toEqual([])
      expect(await sideways(visit.page), path).toBe(0)
      await visit.shoot(`reseller-${name}`)
    }
  }
  await visit.signIn('rita')
  await seen([
    ['dashboard', '/'],
    ['ledger', `${rita}/ledger`],
    ['ledger-disk', `${rita}/ledger/disk`],
  ])
  await visit.context.clearCookies()
  await visit.signIn('ada')
  const carl = await someone(db(), 'customer', 'carl', people.ada.account.id)
  await aSubscription(db(), carl.account, people.host, people.adasGold, 'carls.test')
  await seen([
    ['account', rita],
    ['plan', `${rita}/reseller-plan`],
    ['preview', `${rita}/reseller-plan?plan=${big.id}`],
    ['values', `${rita}/reseller-values`],
    ['to-reseller', `/customers/${carl.account.id}/conversion`],
    ['to-customer', `${rita}/conversion`],
  ])
})

/** How far the page can be pushed to the side; tables must fold instead. */
const sideways = (page: { evaluate: <T>(f: () => T) => Promise<T> }) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
