import { eq } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { domains } from '../../src/subscriptions/schema.ts'
import { browserPanel } from '../browser/browser.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { shopkeepers } from './cast.ts'

const db = ownDatabase()
const panel = browserPanel(db)
let people: Awaited<ReturnType<typeof shopkeepers>>
beforeEach(async () => {
  await emptied(db())
  people = await shopkeepers(db())
})

const named = async (name: string) =>
  (await db().select().from(domains).where(eq(domains.name, name)))[0]

describe.each([
  { js: true, width: 1280 },
  { js: false, width: 390 },
])('JavaScript $js', ({ js, width }) => {
  test('a domain, its settings, and a forwarding in two steps', async () => {
    // S-27, S-29, S-55 to S-58
    await using visit = await panel.open({ js, width })
    const { page } = visit
    await visit.signIn('rita')
    await page.goto(`/subscriptions/${people.shop.id}`)
    await page.getByRole('link', { name: 'Add: Domains' }).click()
    await page.getByLabel('Domain name').fill('http://www.bücher.test')
    await visit.shoot(`domain-new`)
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByText('The domain was set up as bücher.test').waitFor()
    await page.getByLabel('Text while suspended').fill('Back soon')
    await page.getByLabel('Also with www.').uncheck()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved.').waitFor()
    expect(await named('xn--bcher-kva.test')).toMatchObject({ www: false, version: 2 })
    if (js) expect(await visit.violations()).toEqual([])
    await visit.shoot(`domain`)
    await page.getByRole('link', { name: 'HTTPS' }).click()
    await page.getByText('served by http:// only').waitFor()
    if (js) expect(await visit.violations()).toEqual([])
    await visit.shoot(`certificate`)

    await page.goto('/forwardings')
    await page.getByRole('link', { name: 'New forwarding' }).first().click()
    await page.getByLabel('New domain').fill('also.test')
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByLabel('shop.test').check()
    if (js) expect(await visit.violations()).toEqual([])
    await visit.shoot(`forwarding-target`)
    await page.getByRole('button', { name: 'Set up' }).click()
    await page.getByText('Forwarding also.test set up.').waitFor()
    if (js) expect(await visit.violations()).toEqual([])
    await visit.shoot(`forwardings`)
    await page.getByRole('link', { name: 'Delete: also.test' }).click()
    await page.getByLabel('Yes, remove also.test').check()
    await page.getByRole('button', { name: 'Remove' }).click()
    await page.getByText('also.test removed.').waitFor()
    expect(await named('also.test')).toBeUndefined()

    // S-40, S-50
    await page.goto('/domains')
    if (js) expect(await visit.violations()).toEqual([])
    await page.getByText('More actions').click()
    await visit.shoot(`domains`)
    await page.getByRole('link', { name: 'SSH keys' }).click()
    await page.getByText('No SSH key yet.').waitFor()
    if (js) expect(await visit.violations()).toEqual([])
    await visit.shoot(`ssh-keys`)
  })
})
