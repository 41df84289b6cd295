import { expect, test } from 'vitest'
import { startHost } from '../hosts/start.ts'
import { addHost } from './add-host.ts'
import { browse, ssh } from './clients.ts'
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

test('the main job, on a real host', { timeout: 600_000 }, async () => {
  await using machine = await startHost({ layer: 'prepared' })

  await using ada = await panel.open()
  await ada.signIn('admin', panel.adminPassword())
  await makePlan(ada, 'Gold')
  await addHost(ada, machine)
  await makeReseller(ada)
  const before = await machine.state()

  await using rita = await panel.open()
  await rita.signIn('rita', ritasPassword)
  const { user, password } = await makeCustomer(rita, domain, 'Gold')

  // The site serves a placeholder, with and without www.; another name is not there.
  expect(await browse(machine, domain)).toMatchObject({
    status: 200,
    body: expect.stringContaining('has just been set up'),
  })
  expect((await browse(machine, `www.${domain}`)).status).toBe(200)
  expect((await browse(machine, 'other.test')).status).toBe(404)

  // S-45, S-46: the shell is off at first; then the password shown opens it.
  expect(await ssh(machine, user, password, 'id -un')).toBeNull()
  await changeShell(rita, domain, 'Bash')
  expect(await ssh(machine, user, password, 'id -un')).toBe(user)
  await changeShell(rita, domain, 'Off')
  expect(await ssh(machine, user, password, 'id -un')).toBeNull()
  await changeShell(rita, domain, 'Bash')

  // S-35: the same name and password open the panel.
  await using cato = await panel.open()
  expect(await canLogIn(cato, user, password)).toBe(true)

  // P-13, P-14
  await suspendCustomer(rita, 'Cato Customer', 'Suspend')
  await expect.poll(async () => (await browse(machine, domain)).status).toBe(503)
  expect(await ssh(machine, user, password, 'id -un')).toBeNull()
  expect(await canLogIn(cato, user, password)).toBe(false)

  // P-18
  await suspendCustomer(rita, 'Cato Customer', 'Activate')
  await expect.poll(async () => (await browse(machine, domain)).status).toBe(200)
  expect(await ssh(machine, user, password, 'id -un')).toBe(user)
  expect(await canLogIn(cato, user, password)).toBe(true)

  await changeStatus(rita, domain, 'Suspend')
  expect((await browse(machine, domain)).status).toBe(503)
  await changeStatus(rita, domain, 'Activate')
  expect((await browse(machine, domain)).status).toBe(200)

  await removeCustomer(rita, 'Cato Customer')
  await expect.poll(() => machine.state(), { timeout: 60_000 }).toBe(before)
})
