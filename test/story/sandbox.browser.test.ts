import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { wholePanel } from './panel.ts'
import {
  canLogIn,
  changeShell,
  changeStatus,
  makeCustomer,
  makePlan,
  makeReseller,
  removeCustomer,
  ritasPassword,
  suspendCustomer,
} from './steps.ts'

const panel = wholePanel()
const domain = 'shop.test'

test('the main job in the sandbox, without JavaScript', { timeout: 600_000 }, async () => {
  await using ada = await panel.open({ js: false })
  await ada.signIn('admin', panel.adminPassword())
  await makePlan(ada, 'Gold')
  await makeReseller(ada)

  await using rita = await panel.open({ js: false, width: 390 })
  await rita.signIn('rita', ritasPassword)
  const { user, password } = await makeCustomer(rita, domain, 'Gold')
  expect(passwd()).toContain(`${user}:`)
  expect(vhosts()).toContain(domain)

  await changeShell(rita, domain, 'Bash')
  expect(passwd()).toMatch(new RegExp(`^${user}:.*:/bin/bash$`, 'm'))

  await using cato = await panel.open({ js: false })
  expect(await canLogIn(cato, user, password)).toBe(true)

  await suspendCustomer(rita, 'Cato Customer', 'Suspend')
  await expect.poll(vhosts).toContain('503')
  expect(await canLogIn(cato, user, password)).toBe(false)
  await suspendCustomer(rita, 'Cato Customer', 'Activate')
  await expect.poll(vhosts).not.toContain('503')
  expect(await canLogIn(cato, user, password)).toBe(true)

  await changeStatus(rita, domain, 'Suspend')
  expect(vhosts()).toContain('503')
  await changeStatus(rita, domain, 'Activate')

  await removeCustomer(rita, 'Cato Customer')
  await expect.poll(vhosts).not.toContain(domain)
  await expect.poll(passwd).not.toContain(`${user}:`)
})

const root = () => {
  const folder = panel.sandboxFolder()
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((path) =>
    path.endsWith('etc/passwd'),
  )
  return join(folder, found!, '../..')
}
const passwd = () => readFileSync(join(root(), 'etc/passwd'), 'utf8')
const vhosts = () => {
  const folder = join(root(), 'etc/nginx')
  return existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((path) => path.includes('innkeeper') && path.endsWith('.conf'))
        .map((path) => readFileSync(join(folder, path), 'utf8'))
        .join('\n')
    : ''
}
