import { expect, test } from 'vitest'
import { sealedSecrets } from '../../../src/auth/schema.ts'
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

// Not a reload: that closes the port for a moment after it has returned.
const allowPassword = (machine: Machine) =>
  machine.sh(
    `chpasswd; echo 'PermitRootLogin yes' > /etc/ssh/sshd_config.d/01-root.conf; systemctl restart ssh`,
    { input: `root:${password}\n` },
  )

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

test.each([
  ['Install packages', 'bare'],
  ['Install the agent', 'prepared'],
] as const)(
  'an enrolment whose runner is killed at “%s” goes on to its end',
  async (stage, layer) => {
    await using machine = await startHost({ layer })
    await panel.allowKey(machine)
    const { id } = await panel.add(machine)

    const killed = panel.killRunnerWhen(async () => {
      const { state, stateReason } = await panel.row(id)
      // A stage may be over before a busy machine lets us see it.
      return stateReason === stage || state === 'online'
    })
    const enrolled = panel.enrol(await panel.row(id), null)
    await killed
    expect(await enrolled).toMatchObject({ state: 'online' })
    expect((await machine.sh('dpkg --audit')).stdout).toBe('')
  },
)

test('enrolling once more changes nothing', async () => {
  await using machine = await startHost()
  await panel.allowKey(machine)
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
  await panel.allowKey(machine)
  await machine.sh('sed -i s/^ID=.*/ID=other/ /etc/os-release')

  const failed = await panel.enrol(await panel.add(machine), null)
  expect(failed.state).toBe('failed')
  expect(failed.stateReason).toContain('Innkeeper sets up Debian 12')
  expect((await machine.sh('command -v node')).code).not.toBe(0)
})

test('packages that cannot be installed are named', async () => {
  await using machine = await startHost({ layer: 'bare' })
  await panel.allowKey(machine)
  await machine.sh('rm -r /etc/apt/sources.list /etc/apt/sources.list.d/*; apt-get clean')

  const failed = await panel.enrol(await panel.add(machine), null)
  expect(failed).toMatchObject({
    state: 'failed',
    stateReason: 'The packages cannot be installed:',
  })
  expect(failed.stateDetail).toContain('nodejs')
})
