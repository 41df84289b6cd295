import { createHost, type Host } from './host.ts'
import type { Layer } from './image.ts'
import { claimLab, releaseLab, removeMachine } from './lab.ts'
import { hostNumbers, type Lab, machineAt } from './machine.ts'
import { thisProcess } from './owner.ts'
import { requireHosts } from './requirements.ts'

/** This process's lab, while it has hosts. */
let own: { lab: Promise<Lab>; used: Set<number> } | undefined

/**
 * Boots a host of this process's own; hosts of one process see each other and nobody else's.
 * Takes about a second, the very first one on a machine some minutes.
 */
export async function startHost({ layer = 'prepared' }: { layer?: Layer } = {}): Promise<Host> {
  await requireHosts()
  own ??= { lab: claimLab(thisProcess()), used: new Set() }
  const mine = own
  const number = freeNumber(mine.used)
  mine.used.add(number)

  const giveBack = async () => {
    const lab = await mine.lab
    await removeMachine(machineAt(lab, number))
    mine.used.delete(number)
    if (mine.used.size > 0) return
    if (own === mine) own = undefined
    await releaseLab(lab)
  }
  try {
    const host = await createHost(machineAt(await mine.lab, number), layer)
    return Object.assign(host, { remove: giveBack })
  } catch (error) {
    await giveBack()
    throw error
  }
}

function freeNumber(used: Set<number>): number {
  for (let number = 1; number <= hostNumbers; number++) if (!used.has(number)) return number
  throw new Error(`This process has ${hostNumbers} hosts already`)
}
