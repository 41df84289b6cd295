import { expect, test } from 'vitest'
import { sealedSecrets } from '../../../src/auth/schema.ts'
import { Stale } from '../../../src/errors.ts'
import { HostKeyChanged } from '../../../src/hosts/connection/hosts.ts'
import { fingerprint } from '../../../src/hosts/fingerprint.ts'
import { jobSteps } from '../../../src/jobs/schema.ts'
import { ownDatabase } from '../../support/database.ts'
import { run } from '../command.ts'
import type { Host as Machine } from '../host.ts'
import { startHost } from '../start.ts'
import { live } from './documents.ts'
import { dump, enrolling } from './enrolling.ts'

const db = ownDatabase()
const panel = enrolling(db)
const password = 'Root geheim 4711!'

const allowPassword = (machine: Machine) =>
  machine.sh(
    `chpasswd; echo 'PermitRootLogin yes' > /etc/ssh/sshd_config.d/01-root.conf; systemctl reload ssh`,
    { input: `root:${password}\n` },
  )
const allowKey = (machine: Machine) =>
  machine.sh('cat >> /root/.ssh/authorized_keys', { input: `${panel.key().public} innkeeper\n` })

test('a bare server becomes a host with root’s password, which is nowhere afterwards', async () => {
  await using machine = await startHost({ layer: 'bare' })
  await allowPassword(machine)

  const greeted = await panel.add(machine)
  expect(greeted).toMatchObject({ state: 'new', offeredKey: machine.hostKey, hostKey: null })

  const host = await panel.enrol(greeted, password)
  expect(host).toMatchObject({ state: 'online', hostKey: machine.hostKey, agentOutdated: false })
  expect(host.facts).toMatchObject({ hostname: machine.hostname, php: ['8.2'] })

  const steps = await db().select().from(jobSteps)
  expect(steps.map(({ name, exitCode }) => [name, exitCode ?? 0])).toEqual([
    ['Read the host key', 0],
    ['Sign in as root', 0],
    ['Look at the system', 0],
    ['Read the package lists', 0],
    ['Install packages', 0],
    ['Install the agent', 0],
    ['Call the agent', 0],
  ])
  expect(steps.every(({ output }) => output.length <= 4000)).toBe(true)

  // F-187
  const everything = await dump(db())
  expect(everything).toContain(machine.hostname)
  expect(everything).not.toContain(password)
  expect(everything).not.toContain(Buffer.from(password).toString('hex'))
  expect(everything).not.toContain(panel.key().private.split('\n')[2])

  const connection = await panel.hosts().open(host.id)
  const result = await connection.apply([live(1)], () => {})
  expect(result).toMatchObject({ ok: true })
  const page = await run(['curl', '-s', '-H', 'Host: shop1.test', `http://${machine.address}/`])
  expect(page.stdout).toContain('has just been set up')
})

test.each(['Read the package lists', 'Install packages', 'Install the agent'])(
  'an enrolment whose runner is killed at “%s” goes on to its end',
  async (stage) => {
    await using machine = await startHost({ layer: 'bare' })
    await allowKey(machine)
    const { id } = await panel.add(machine)

    const killed = panel.killRunnerWhen(async () => (await panel.row(id)).stateReason === stage)
    const enrolled = panel.enrol(await panel.row(id), null)
    await killed
    expect(await enrolled).toMatchObject({ state: 'online' })
    expect((await machine.sh('dpkg --audit')).stdout).toBe('')
  },
)

test('enrolling once more changes nothing', async () => {
  await using machine = await startHost()
  await allowKey(machine)
  const host = await panel.enrol(await panel.add(machine), null)
  await machine.settled()
  const before = await machine.state()

  expect(await panel.enrol(host, null)).toMatchObject({ state: 'online' })
  expect(await machine.state()).toBe(before)
  expect(await db().select().from(sealedSecrets)).toEqual([])
})

test('a wrong root password is told, forgotten, and can be mended', async () => {
  await using machine = await startHost()
  await allowPassword(machine)
  const greeted = await panel.add(machine)

  const failed = await panel.enrol(greeted, 'wrong')
  expect(failed).toMatchObject({
    state: 'failed',
    stateReason: 'It does not accept this password for root.',
  })
  expect(await db().select().from(sealedSecrets)).toEqual([])
  expect(await panel.enrol(failed, password)).toMatchObject({ state: 'online' })
})

test('what is no Debian 12 is left alone', async () => {
  await using machine = await startHost({ layer: 'bare' })
  await allowKey(machine)
  await machine.sh('sed -i s/^ID=.*/ID=other/ /etc/os-release')

  const failed = await panel.enrol(await panel.add(machine), null)
  expect(failed.state).toBe('failed')
  expect(failed.stateReason).toContain('Innkeeper sets up Debian 12')
  expect((await machine.sh('command -v node')).code).not.toBe(0)
})

test('packages that cannot be installed are named', async () => {
  await using machine = await startHost({ layer: 'bare' })
  await allowKey(machine)
  await machine.sh('rm -r /etc/apt/sources.list /etc/apt/sources.list.d/*; apt-get clean')

  const failed = await panel.enrol(await panel.add(machine), null)
  expect(failed).toMatchObject({
    state: 'failed',
    stateReason: 'The packages cannot be installed:',
  })
  expect(failed.stateDetail).toContain('nodejs')
})

test('a stolen panel key gets no shell, no forwarding and no other command', async () => {
  await using machine = await startHost()
  await allowKey(machine)
  await panel.enrol(await panel.add(machine), null)
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
  await allowKey(machine)
  const host = await panel.enrol(await panel.add(machine), null)
  const pinned = machine.hostKey
  await machine.newHostKey()
  const changed = machine.hostKey
  await machine.crash()
  await machine.boot()

  await panel.untilAway(host.id)
  const stopped = await panel.row(host.id)
  expect(stopped).toMatchObject({ state: 'key-changed', hostKey: pinned, offeredKey: changed })
  await expect(panel.hosts().open(host.id)).rejects.toThrow(HostKeyChanged)
  await expect(panel.enrol(stopped, password)).rejects.toThrow('Confirm the new key')

  await expect(panel.confirm(host.id, fingerprint(pinned))).rejects.toThrow(Stale)
  await panel.confirm(host.id, fingerprint(changed))
  expect(await panel.row(host.id)).toMatchObject({ state: 'online', hostKey: changed })
})

test('a host whose cable is out waits, and comes back by itself', async () => {
  // F-150
  await using machine = await startHost()
  await allowKey(machine)
  const host = await panel.enrol(await panel.add(machine), null)

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
  await allowKey(machine)
  const host = await panel.enrol(await panel.add(machine), null)

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
