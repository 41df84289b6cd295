import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { holding, LOCK } from '../lock.ts'

const last = new Map<string, Promise<unknown>>()

/** Work on one folder never overlaps, whoever asks for it, in this process or in another. */
export async function takeTurns<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const turn = (last.get(folder) ?? Promise.resolve()).then(() => alone(folder, work))
  const settled = turn.catch(() => {})
  last.set(folder, settled)
  try {
    return await turn
  } finally {
    if (last.get(folder) === settled) last.delete(folder)
  }
}

/** Not every machine where people try the panel has flock(1); there is one process on those. */
function alone<T>(folder: string, work: () => Promise<T>): Promise<T> {
  if (!existsSync('/usr/bin/flock')) return work()
  mkdirSync(join(folder, dirname(LOCK)), { recursive: true })
  return holding(join(folder, LOCK), work)
}
