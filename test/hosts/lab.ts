import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { closeCgroups, openCgroups } from './cgroup.ts'
import { lock } from './lock.ts'
import { type Lab, labAt, labNumbers, labsFolder, type Machine, machineAt } from './machine.ts'
import { closeNetwork, openNetwork } from './network.ts'
import { alive, type Owner } from './owner.ts'
import { powerOff } from './power.ts'
import { removeFolder } from './remove.ts'

/** Takes a free number with its bridge, after taking down what dead owners left. */
export async function claimLab(owner: Owner): Promise<Lab> {
  using _ = await lockLabs()
  await sweepLocked()
  const lab = freeLab()
  mkdirSync(join(lab.folder, 'cgroup'), { recursive: true })
  writeFileSync(join(lab.folder, 'owner.json'), JSON.stringify(owner))
  await openNetwork(lab)
  await openCgroups(lab)
  return lab
}

export async function releaseLab(lab: Lab) {
  using _ = await lockLabs()
  await removeLab(lab)
}

/** Takes down the labs whose owner is gone. @throws {AggregateError} naming what would not go */
export async function sweep() {
  using _ = await lockLabs()
  const failures = await sweepLocked()
  if (failures.length > 0) throw new AggregateError(failures, 'Some labs could not be taken down')
}

export function listLabs(): Lab[] {
  if (!existsSync(labsFolder)) return []
  const names = readdirSync(labsFolder).filter((name) => /^\d+$/.test(name))
  return names
    .map(Number)
    .sort((a, b) => a - b)
    .map(labAt)
}

/** @returns undefined for a lab whose claim did not come that far */
export function ownerOf(lab: Lab): Owner | undefined {
  try {
    return JSON.parse(readFileSync(join(lab.folder, 'owner.json'), 'utf8'))
  } catch {
    return undefined
  }
}

export function machinesOf(lab: Lab): Machine[] {
  const names = readdirSync(lab.folder).filter((name) => /^h\d+$/.test(name))
  return names.map((name) => machineAt(lab, Number(name.slice(1))))
}

export async function removeMachine(machine: Machine) {
  await powerOff(machine)
  await removeFolder(machine.folder)
}

/** What cannot be removed keeps its number, so it is in nobody's way but its own. */
async function sweepLocked(): Promise<unknown[]> {
  const failures: unknown[] = []
  for (const lab of listLabs()) {
    const owner = ownerOf(lab)
    if (!owner || !alive(owner)) await removeLab(lab).catch((error) => failures.push(error))
  }
  return failures
}

async function removeLab(lab: Lab) {
  for (const machine of machinesOf(lab)) await removeMachine(machine)
  await closeNetwork(lab)
  await closeCgroups(lab)
  await removeFolder(lab.folder)
}

/** Goes round, so that addresses just given up are not soon somebody else's. */
function freeLab(): Lab {
  const memory = join(labsFolder, 'last')
  const last = existsSync(memory) ? Number(readFileSync(memory, 'utf8')) : 0
  for (let step = 0; step < labNumbers; step++) {
    const lab = labAt(((last + step) % labNumbers) + 1)
    if (existsSync(lab.folder) || existsSync(`/sys/class/net/${lab.bridge}`)) continue
    writeFileSync(memory, String(lab.number))
    return lab
  }
  throw new Error(`All ${labNumbers} labs are taken`)
}

function lockLabs() {
  return lock(join(labsFolder, 'lock'), 120_000)
}
