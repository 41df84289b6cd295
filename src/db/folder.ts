import { accessSync, constants, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from './postmaster.ts'

/**
 * Makes the data folder ours. Two panels on one embedded database would stop it under each other, so
 * there only one may have it (`alone`); a lock left by a killed process is taken over.
 *
 * @returns gives it back
 * @throws {Error} with one plain sentence when it cannot be used
 */
export function takeFolder(folder: string, { alone }: { alone: boolean }): () => void {
  try {
    // Others may pass through: the database runs as another user when we are root.
    mkdirSync(folder, { recursive: true, mode: 0o711 })
    accessSync(folder, constants.W_OK)
  } catch {
    throw new Error(
      `The data folder ${folder} cannot be written; set INNKEEPER_DATA to one that can.`,
    )
  }

  return alone ? lock(folder) : () => {}
}

function lock(folder: string): () => void {
  const file = join(folder, 'innkeeper.pid')
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
      return () => rmSync(file, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const owner = Number(readFileSync(file, 'utf8'))
      if (owner && owner !== process.pid && isAlive(owner)) {
        throw new Error(`Innkeeper already runs on ${folder} (process ${owner}).`)
      }
      rmSync(file, { force: true })
    }
  }
}
