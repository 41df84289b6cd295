import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { cgroupOf, isPopulated } from './cgroup.ts'
import { run } from './command.ts'
import { sweep } from './lab.ts'
import { type Lab, labAt, machineAt } from './machine.ts'
import { startHost } from './start.ts'

test('a removed host leaves nothing', async () => {
  const { remove, address } = await startHost()
  expect(await traces(labOf(address))).not.toEqual([])
  await remove()
  expect(await traces(labOf(address))).toEqual([])
})

test('a host of a killed process is taken down by the next sweep, not before', async () => {
  const owner = spawnOwner()
  const address = await owner.firstLine()
  await sweep()
  expect(await traces(labOf(address))).not.toEqual([])

  await owner.kill()
  await sweep()
  expect(await traces(labOf(address))).toEqual([])
})

test.each([
  ['startHost', 'systemd-nspawn'],
  ['startKernelHost', 'linux.uml'],
  ['startDebianHost', 'qemu-system-x86_64'],
] as const)('nor does one of %s leave anything', async (start, program) => {
  const addresses = watchAddresses()
  const owner = spawnOwner(start)
  const address = await owner.firstLine()
  const found = await traces(labOf(address))
  expect(found.join('\n')).toContain(program)

  await owner.kill()
  await sweep()
  expect(await traces(labOf(address))).toEqual([])
  expect(await addresses.of(labOf(address))).toEqual([])
})

test('a host whose container manager was killed goes down all the same', async () => {
  const { remove, address } = await startHost()
  const supervisor = join(cgroupOf(machineAt(labOf(address), 1)), 'supervisor/cgroup.procs')
  process.kill(Number.parseInt(readFileSync(supervisor, 'utf8'), 10), 'SIGKILL')
  await remove()
  expect(await traces(labOf(address))).toEqual([])
})

test('a host that shut itself down boots again', async () => {
  await using host = await startHost()
  const machine = machineAt(labOf(host.address), 1)
  await host.sh('systemctl poweroff')
  await expect.poll(() => isPopulated(machine), { timeout: 30_000 }).toBe(false)
  await host.boot()
  expect(await host.sh('true')).toMatchObject({ code: 0 })
})

/** Another process that starts a host, says its address and keeps it. */
function spawnOwner(start: 'startHost' | 'startKernelHost' | 'startDebianHost' = 'startHost') {
  const script = `
    import { ${start} } from '${join(import.meta.dirname, 'start.ts')}'
    console.log((await ${start}()).address)
    setInterval(() => {}, 60_000)`
  const flags = ['--input-type=module-typescript', '--eval', script]
  const child = spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'inherit'] })
  const gone = once(child, 'close')
  return {
    async firstLine() {
      const [line] = await once(createInterface(child.stdout), 'line')
      return String(line)
    },
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
  }
}

/** Chromium stops loading when this machine gets or loses one, in the browsers of other tests too. */
function watchAddresses() {
  const monitor = spawn('ip', ['-oneline', 'monitor', 'address'])
  const changes = text(monitor.stdout)
  return {
    async of({ bridge }: Lab) {
      monitor.kill()
      const own = new RegExp(`\\s${bridge}(h\\d+)?\\s`)
      return (await changes).split('\n').filter((line) => own.test(line))
    },
  }
}

function labOf(address: string): Lab {
  return labAt(Number(address.split('.')[2]))
}

/** All that this machine's kernel and disk know of a lab. */
async function traces({ bridge, subnet, folder }: Lab): Promise<string[]> {
  const script = `ls -d /var/lib/innkeeper-hosts/*; mount; find /sys/fs/cgroup -type d
    find /run/systemd/nspawn; ip -o link; ip netns; ip route show table all; ps -e -o args`
  const { stdout } = await run(['sh', '-c', script])
  const own = new RegExp(`(^|\\W)(${bridge}(h\\d+)?|${subnet}|${folder})(\\s|/|:|@|$)`)
  return stdout.split('\n').filter((line) => own.test(line))
}
