import { createDebianHost, createHost, createKernelHost, type Host } from './host.ts'
import type { Layer } from './image.ts'
import { claimLab, releaseLab, removeMachine } from './lab.ts'
import { hostNumbers, type Lab, type Machine, machineAt } from './machine.ts'
import { thisProcess } from './owner.ts'
import { requireDebianHosts, requireHosts, requireKernelHosts } from './requirements.ts'

/** A lab that is taken with its first host and given up with its last. */
interface OwnLab {
  claim: Promise<Lab>
  taken: Set<number>
}

let current: OwnLab | undefined

/**
 * Boots a host of this process's own; hosts of one process see each other and nobody else's.
 * Takes well under a second, the very first one on a machine about a minute.
 */
export async function startHost({ layer = 'prepared' }: { layer?: Layer } = {}): Promise<Host> {
  await requireHosts()
  return start((machine) => createHost(machine, layer))
}

/** One with a kernel of its own, which has disk limits: ext4 at /home, an xfs beside it. */
export async function startKernelHost(): Promise<Host> {
  await requireKernelHosts()
  return start(createKernelHost)
}

/** One with Debian's kernel in a computer of its own, which asks BPF programs. */
export async function startDebianHost(): Promise<Host> {
  await requireDebianHosts()
  return start(createDebianHost)
}

async function start(create: (machine: Machine) => Promise<Host>): Promise<Host> {
  current ??= { claim: claimLab(thisProcess()), taken: new Set() }
  const own = current
  const number = takeNumber(own.taken)

  // Once only: another process may have the same numbers afterwards.
  let removal: Promise<void> | undefined
  const remove = () => {
    removal ??= giveBack(own, number)
    return removal
  }
  try {
    const host = await create(machineAt(await own.claim, number))
    return Object.assign(host, { remove })
  } catch (error) {
    await remove()
    throw error
  }
}

function takeNumber(taken: Set<number>): number {
  for (let number = 1; number <= hostNumbers; number++) {
    if (taken.has(number)) continue
    taken.add(number)
    return number
  }
  throw new Error(`This process has ${hostNumbers} hosts already`)
}

async function giveBack(own: OwnLab, number: number) {
  const lab = await own.claim.catch(() => undefined)
  if (lab) await removeMachine(machineAt(lab, number))
  own.taken.delete(number)
  if (own.taken.size > 0) return
  if (current === own) current = undefined
  if (lab) await releaseLab(lab)
}
