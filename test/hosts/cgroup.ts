import { existsSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { must } from './command.ts'
import type { Lab, Machine } from './machine.ts'
import { isMounted, unmount } from './mount.ts'

/** A mount of our own, so that machines with cgroup v1, v2 or both are all the same to us. */
export async function openCgroups(lab: Lab) {
  await must(['mount', '-t', 'cgroup2', lab.bridge, join(lab.folder, 'cgroup')])
}

export async function closeCgroups(lab: Lab) {
  await unmount(join(lab.folder, 'cgroup'))
}

/** One per host: two containers in one cgroup get in each other's way. */
export function cgroupOf({ lab, name }: Machine): string {
  return join(lab.folder, 'cgroup', name)
}

/** Whether any process of the host still runs. */
export function isPopulated(machine: Machine): boolean {
  const events = join(cgroupOf(machine), 'cgroup.events')
  return existsSync(events) && readFileSync(events, 'utf8').includes('populated 1')
}

/** The pid of the host's PID 1 as seen from here, undefined when it is not up. */
export function leader(machine: Machine): number | undefined {
  const file = join(cgroupOf(machine), 'payload/init.scope/cgroup.procs')
  try {
    return Number.parseInt(readFileSync(file, 'utf8'), 10) || undefined
  } catch {
    return undefined
  }
}

/** Ends all processes at once, also those whose container manager is gone already. */
export function killAll(machine: Machine) {
  const file = join(cgroupOf(machine), 'cgroup.kill')
  if (existsSync(file)) writeFileSync(file, '1')
}

/** Needs the host dead. The container manager leaves folders in a v1 hierarchy behind, too. */
export async function removeCgroups(machine: Machine) {
  const { lab, name } = machine
  if (isMounted(join(lab.folder, 'cgroup'))) await removeTree(cgroupOf(machine))
  await removeTree(join('/sys/fs/cgroup/systemd', name))
}

async function removeTree(folder: string) {
  for (let tries = 0; existsSync(folder); tries++) {
    try {
      rmdirDeep(folder)
    } catch (error) {
      // The kernel empties a cgroup a moment after the last process in it ended.
      if (tries === 100) throw error
      await sleep(20)
    }
  }
}

function rmdirDeep(folder: string) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) rmdirDeep(join(folder, entry.name))
  }
  rmdirSync(folder)
}
