import { expect, test } from 'vitest'
import { Stale } from '../../../src/errors.ts'
import { HostKeyChanged } from '../../../src/hosts/connection/hosts.ts'
import { fingerprint } from '../../../src/hosts/fingerprint.ts'
import { rebuildHost } from '../../../src/subscriptions/rebuild.ts'
import { aSubscription, cast } from '../../support/cast.ts'
import { ownDatabase } from '../../support/database.ts'
import { run } from '../command.ts'
import type { Host as Machine } from '../host.ts'
import { startHost } from '../start.ts'
import { enrolling } from './enrolling.ts'

const db = ownDatabase()
const panel = enrolling(db)

test('a stolen panel key gets no shell, no forwarding and no other command', async () => {
  await using machine = await startHost()
  await panel.enrolled(machine)
  await machine.sh('sed -i /innkeeper/d /root/.ssh/authorized_keys')
  const ssh = (...more: string[]) => asPanel(machine, more)

  const shell = await ssh('id; cat /etc/shadow')
  expect(shell.stdout).toContain('"type":"hello"')
  expect(shell.stdout).not.toMatch(/uid=|root:/)
  expect((await ssh('-tt')).stderr).toContain('PTY allocation request failed')
  const forward = await ssh('-W', '127.0.0.1:22')
  expect(forward.stderr).toMatch(/administratively prohibited|forwarding failed/)
  expect((await ssh('-s', 'sftp')).stdout).not.toContain('uid=')
  expect((await asPanel(machine, ['true'], 'root')).code).toBe(255)

  const sudo = (command: string) => machine.run(['su', '-s', '/bin/sh', 'innkeeper', '-c', command])
  for (const command of [
    'sudo -n id',
    'sudo -n /usr/bin/node -e 1',
    'sudo -n /usr/bin/node --max-semi-space-size=1 --max-old-space-size=128 /usr/local/lib/innkeeper/agent.mjs setup',
    'echo x >> /var/lib/innkeeper-login/.ssh/authorized_keys',
  ]) {
    expect(await sudo(command), command).not.toMatchObject({ code: 0 })
  }
})

test('another host key stops everything until an admin confirms it', async () => {
  // F-151
  await using machine = await startHost()
  const host = await panel.enrolled(machine)
  const pinned = machine.hostKey
  await machine.newHostKey()
  const changed = machine.hostKey
  await machine.crash()
  await machine.boot()

  await panel.untilAway(host.id)
  const stopped = await panel.row(host.id)
  expect(stopped).toMatchObject({ state: 'key-changed', hostKey: pinned, offeredKey: changed })
  await expect(panel.hosts().open(host.id)).rejects.toThrow(HostKeyChanged)
  await expect(panel.enrol(stopped, null)).rejects.toThrow('Confirm the new key')

  await expect(panel.confirm(host.id, fingerprint(pinned))).rejects.toThrow(Stale)
  await panel.confirm(host.id, fingerprint(changed))
  expect(await panel.row(host.id)).toMatchObject({ state: 'online', hostKey: changed })
})

test('a host installed anew gets back what it should have', async () => {
  // F-157
  await using machine = await startHost()
  const host = await panel.enrolled(machine)
  const people = await cast(db())
  const { rita, cato, ritasGold } = people
  await aSubscription(db(), cato.account, host, ritasGold, 'shop.test', { appliedGeneration: 0 })
  await rebuildHost(db(), rita.actor, host.id)
  const visit = () => run(['curl', '-s', '-H', 'Host: shop.test', `http://${machine.address}/`])
  await expect.poll(visit, waits).toMatchObject({ stdout: expect.stringContaining('set up') })

  await machine.sh(`systemctl stop 'innkeeper-php@*.socket'; userdel -r shoptest; userdel innkeeper
    rm -rf /etc/innkeeper /var/lib/innkeeper* /etc/nginx/innkeeper.d /usr/local/lib/innkeeper`)
  await machine.newHostKey()
  await machine.crash()
  await machine.boot()
  await panel.untilAway(host.id)
  await panel.confirm(host.id, fingerprint(machine.hostKey))
  expect(await panel.row(host.id)).toMatchObject({
    state: 'offline',
    stateReason: 'It does not accept the panel’s key.',
  })

  expect(await panel.enrol(await panel.row(host.id), null)).toMatchObject({ state: 'online' })
  await expect.poll(visit, waits).toMatchObject({ stdout: expect.stringContaining('set up') })
  expect((await machine.run(['id', '-u', 'shoptest'])).code).toBe(0)
})

const waits = { timeout: 30_000, interval: 200 }

// F-168
test.each([
  ['its sudo rule', 'rm /etc/sudoers.d/innkeeper', 'Its agent has ended.'],
  ['the shell of its login', 'usermod -s /usr/sbin/nologin innkeeper', 'Its agent has ended.'],
  ['its key', 'rm -r /var/lib/innkeeper-login/.ssh', 'It does not accept the panel’s key.'],
  ['its agent', 'rm /usr/local/lib/innkeeper/agent.mjs', 'Its agent has ended.'],
])('a host that lost %s says what is wrong', async (_, break_, reason) => {
  await using machine = await startHost()
  const host = await panel.enrolled(machine)
  await machine.sh(`${break_}; pkill -u innkeeper`)

  await panel.untilAway(host.id)
  expect(await panel.row(host.id)).toMatchObject({ state: 'offline', stateReason: reason })
  expect(await panel.enrol(await panel.row(host.id), null)).toMatchObject({ state: 'online' })
})

test('a host whose cable is out waits, and comes back by itself', async () => {
  // F-150
  await using machine = await startHost()
  const host = await panel.enrolled(machine)

  await machine.unplug()
  await panel.untilAway(host.id)
  expect(await panel.row(host.id)).toMatchObject({ state: 'offline' })

  await machine.plug()
  const returned = Date.now()
  await expect
    .poll(() => panel.look().then(() => stateOf(host.id)), { timeout: 60_000, interval: 500 })
    .toBe('online')
  expect(Date.now() - returned).toBeLessThan(60_000)
  expect(await panel.row(host.id)).toMatchObject({ failures: 0, retryAt: null, stateReason: '' })
})

const stateOf = async (id: number) => (await panel.row(id)).state

test('a test of the connection tells the round trip', async () => {
  await using machine = await startHost()
  const host = await panel.enrolled(machine)

  const steps = await panel.check(host.id)
  expect(steps.map(({ name }) => name)).toEqual(['Connect', 'Round trip', 'Facts'])
  expect(steps[1]!.output).toMatch(/^[0-9.]+ ms$/)
})

function asPanel(machine: Machine, more: string[], user = 'innkeeper') {
  const options = [
    `UserKnownHostsFile=${machine.knownHosts}`,
    'BatchMode=yes',
    'IdentitiesOnly=yes',
  ]
  const flags = options.flatMap((option) => ['-o', option])
  return run(['ssh', '-i', panel.keyFile(), ...flags, `${user}@${machine.address}`, ...more])
}
