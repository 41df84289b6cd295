import { expect, test } from 'vitest'
import { startHost } from '../hosts/start.ts'
import { addHost } from './add-host.ts'
import { wholePanel } from './panel.ts'
import { makeCustomer, makePlan } from './steps.ts'

const panel = wholePanel()
type Visit = Awaited<ReturnType<typeof panel.open>>

// P-48 to P-56: a plan with virus scan, a host without clamav
test('a conflict is found and mended, in the sandbox without JavaScript', {
  timeout: 600_000,
}, async () => {
  await using ada = await panel.open({ js: false })
  await ada.signIn('admin', panel.adminPassword())
  await makePlan(ada, 'Scan')
  await turnOnVirusScan(ada, 'Scan')
  await makeCustomer(ada, 'one.test', 'Scan')

  await openReport(ada, 'one.test')
  const { page } = ada
  await page.getByRole('button', { name: 'Sync' }).click()
  await page.getByRole('cell', { name: 'On', exact: true }).waitFor()
  await page.getByRole('link', { name: 'Cancel' }).click()
  await page.getByText('Unsynced').first().waitFor()

  await openReport(ada, 'one.test')
  await page.getByRole('button', { name: 'OK' }).click()
  await page.getByText('No conflict').waitFor()
  await page.goto('/subscriptions')
  await page.getByRole('cell', { name: 'Synced' }).waitFor()
})

test('a conflict is found and mended, on a real host', { timeout: 600_000 }, async () => {
  await using machine = await startHost({ layer: 'prepared' })
  await machine.sh(`mkdir -p /var/lib/clamav
    echo 'Innkeeper.Test:0:*:58354f2150254041505b345c505a58353428505e2937434329377d' > /var/lib/clamav/test.ndb`)
  await using ada = await panel.open()
  await ada.signIn('admin', panel.adminPassword())
  await addHost(ada, machine)
  const { page } = ada
  await page.goto('/subscriptions/new')
  await page.getByLabel('Domain name').fill('two.test')
  await choose(ada, 'Plan', 'Scan')
  await choose(ada, 'Customer', 'Cato Customer')
  await choose(ada, 'Host', 'web1')
  await page.getByRole('button', { name: 'Create' }).click()
  await page.getByText('shown only once').waitFor()

  await openReport(ada, 'two.test')
  await page.getByText('install clamav-daemon and clamav-milter').waitFor()
  expect(await ada.violations()).toEqual([])

  await page.goto('/conflicts')
  await page.getByRole('link', { name: 'E-mail virus scan' }).click()
  await page.getByText('install clamav-daemon and clamav-milter').waitFor()
  expect(await ada.violations()).toEqual([])
  const name = 'Install on this host: E-mail virus scan, web1'
  await using watching = await panel.open()
  await watching.signIn('admin', panel.adminPassword())
  await watching.page.goto('/conflicts')
  await watching.page.getByRole('link', { name: 'E-mail virus scan' }).waitFor()

  await page.getByRole('button', { name }).click()
  await page.getByText('apt-get install').first().waitFor({ timeout: 240_000 })
  // nobody has to ask again: what was lacking is there, and the open page says so by itself
  await watching.page.getByText('No conflicts.').waitFor({ timeout: 240_000 })
  await page.goto('/subscriptions?q=two.test')
  await page.getByRole('cell', { name: 'Synced' }).waitFor()
})

async function turnOnVirusScan({ page }: Visit, plan: string) {
  await page.goto('/plans')
  await page.getByRole('link', { name: plan }).first().click()
  await page.getByLabel('E-mail virus scan', { exact: true }).check()
  // the only thing that a bare host lacks, beside the mail that comes with it
  for (const label of ['FTP logins', 'MySQL databases']) {
    await page.getByLabel(label, { exact: true }).fill('0')
  }
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('was changed').waitFor()
}

async function openReport({ page }: Visit, domain: string) {
  await page.goto('/subscriptions')
  await page.getByRole('link', { name: `Conflict report: ${domain}` }).click()
  await page.getByRole('heading', { name: 'Conflict report' }).waitFor()
}

/** An option may say more than the name. */
async function choose({ page }: Visit, label: string, option: string) {
  const select = page.getByLabel(label, { exact: true })
  const found = select.locator('option', { hasText: option }).first()
  await select.selectOption(await found.getAttribute('value'))
}
