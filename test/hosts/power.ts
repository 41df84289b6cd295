import { existsSync, mkdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cgroupOf, isPopulated, killAll, leader, removeCgroups } from './cgroup.ts'
import { must } from './command.ts'
import { emulate, isEmulated } from './emulated/power.ts'
import type { Machine } from './machine.ts'
import { unmount } from './mount.ts'
import { attach, detach } from './network.ts'
import { removeFolder } from './remove.ts'
import { spawnHost } from './spawn.ts'
import { hasOwnKernel } from './uml/boot.ts'
import { startKernel } from './uml/power.ts'

/** Starts the host on its disk; returns before it is up. @param lower image folders, topmost first */
export async function powerOn(machine: Machine, lower: string[]) {
  mkdirSync(cgroupOf(machine), { recursive: true })
  if (isEmulated(machine)) return emulate(machine)
  if (hasOwnKernel(machine)) return startKernel(machine, lower[0]!)
  await mountDisk(machine, lower)
  await attach(machine)
  await startContainer(machine)
}

/** Ends the host like a power loss and takes it off this machine's kernel; its disk stays. */
export async function powerOff(machine: Machine) {
  const pid = leader(machine)
  // Killed first and alone, its container manager ends by itself and tidies up.
  if (pid) process.kill(pid, 'SIGKILL')
  if (!pid || !(await ended(machine, 1_000))) killAll(machine)
  if (!(await ended(machine, 10_000))) throw new Error(`${machine.name} cannot be killed`)
  await detach(machine)
  await unmount(join(machine.folder, 'root'))
  await tidyContainerManager(machine)
  await removeCgroups(machine)
}

/** What systemd-nspawn leaves when it was killed before it could tidy up itself. */
async function tidyContainerManager({ name }: Machine) {
  for (const folder of ['propagate', 'unix-export']) {
    const path = join('/run/systemd/nspawn', folder, name)
    await unmount(path)
    if (existsSync(path)) await removeFolder(path)
  }
}

async function mountDisk({ folder, name }: Machine, lower: string[]) {
  const [upper, work, root] = ['upper', 'work', 'root'].map((part) => join(folder, part))
  // Without fsync to the real disk; the mark an earlier boot left is no harm after a mere crash.
  await rm(join(work!, 'work/incompat'), { recursive: true, force: true })
  const layers = `lowerdir=${lower.join(':')},upperdir=${upper},workdir=${work}`
  await must(['mount', '-t', 'overlay', name, '-o', `${layers},volatile`, root!])
}

/** Enters the host's cgroup before the container manager starts, which makes its own below it. */
async function startContainer(machine: Machine) {
  const { folder, name, hostname } = machine
  const nspawn = [
    ...['systemd-nspawn', '--quiet', '--settings=no', '--register=no', '--keep-unit'],
    ...['--boot', '--directory', join(folder, 'root'), '--machine', name, '--hostname', hostname],
    ...[`--network-namespace-path=/run/netns/${name}`, '--resolv-conf=off', '--timezone=off'],
    ...['--link-journal=no', '--console=pipe'],
  ]
  await spawnHost(machine, nspawn, {
    SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1',
    SYSTEMD_NSPAWN_LOCK: '0',
  })
}

async function ended(machine: Machine, patience: number): Promise<boolean> {
  for (const start = Date.now(); isPopulated(machine); await sleep(10)) {
    if (Date.now() - start > patience) return false
  }
  return true
}
