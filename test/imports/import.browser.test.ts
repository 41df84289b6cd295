import { beforeEach, describe, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { browserPanel, overflow } from '../browser/browser.ts'
import { cast } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'

const db = ownDatabase()
const panel = browserPanel(db)
beforeEach(async () => {
  await emptied(db())
  await cast(db())
})

const file = (content: string) => ({
  name: 'customers.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from(content),
})
const list = `Name;E-mail;Login;Domain;Plan;Shoe size
Anna;anna@example.org;anna;anna-shop.test;Gold;37
Bert;no address;bert;;;44
Carl;carl@example.org;rolf;;;41
`

describe.each([
  { js: true, width: 1280 },
  { js: false, width: 1280 },
  { js: true, width: 360 },
])('JavaScript $js, $width wide', ({ js, width }) => {
  test('a list from another panel becomes customers', async () => {
    // F-63
    await using visit = await panel.open({ js, width })
    const { page } = visit
    const fine = async (name: string) => {
      if (js) expect(await visit.violations()).toEqual([])
      expect(await overflow(page)).toBe(0)
      await visit.shoot(`import-${name}-${js}`)
    }
    await visit.signIn('rita')
    await page.goto('/customers')
    await fine('list')
    await page.getByRole('link', { name: 'Import customers' }).click()
    await page.getByLabel('CSV file').waitFor()
    await fine('new')

    await page.getByLabel('CSV file').setInputFiles(file('Name;Login\nAnna;anna\n'))
    await page.getByRole('button', { name: 'Preview' }).click()
    await page.getByText('E-mail is not among them').waitFor()
    await fine('refused')

    await page.getByLabel('CSV file').setInputFiles(file(list))
    await page.getByRole('button', { name: 'Preview' }).click()
    await page.getByText('1 customer of 3 will be created').waitFor()
    await page.getByText('Columns that are not read: Shoe size').waitFor()
    await page.getByText('User name: This user name is already in use.').waitFor()
    await fine('preview')
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download these lines' }).click(),
    ])
    expect(download.suggestedFilename()).toMatch(/^left-out-.*\.csv$/)

    await page.getByRole('button', { name: 'Import 1' }).click()
    await page.getByText('0 of 1 done').waitFor()
    await page.getByText('Line 4: User name: This user name is already in use.').waitFor()
    await fine('receipt')
    const names = (await db().select().from(accounts)).map(({ name }) => name)
    expect(names).toContain('Anna')
    expect(names).not.toContain('Carl')
  })
})
