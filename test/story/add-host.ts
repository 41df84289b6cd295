import { expect } from 'vitest'
import type { Host } from '../hosts/host.ts'
import type { Visit } from './panel.ts'

/** With the panel's key in root's authorized_keys, as the page asks for. */
export async function addHost({ page, violations }: Visit, machine: Host) {
  await page.goto('/hosts')
  await page.getByRole('link', { name: 'Add host' }).click()
  await page.getByLabel('Name').fill('web1')
  await page.getByLabel('Address').fill(machine.address)
  await page.getByRole('button', { name: 'Add host' }).click()

  const known = await machine.sh('ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub')
  await page.getByText(known.stdout.split(' ')[1]!, { exact: true }).waitFor()
  expect(await violations()).toEqual([])
  const key = await page.locator('pre').textContent()
  await machine.sh('cat >> /root/.ssh/authorized_keys', { input: `${key}\n` })
  await page.getByLabel('This is the fingerprint of my host').check()
  await page.getByLabel('I have put the panel’s public key').check()
  await page.getByRole('button', { name: 'Confirm and set up' }).click()
  await page.getByText('The host is online').waitFor({ timeout: 240_000 })
  await machine.sh("sed -i '/ innkeeper$/d' /root/.ssh/authorized_keys")
}
