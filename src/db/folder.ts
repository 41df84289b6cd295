import {
  accessSync,
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { isAlive } from './postmaster.ts'

/**
 * Makes the data folder ours. Two panels on one embedded database would stop it under each other,
 * so only one may have it; a lock left by a killed process is taken over.
 *
 * @returns gives it back
 * @throws {Error} with one plain sentence when it cannot be used
 */
export function takeFolder(folder: string): () => void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o750 })
    accessSync(folder, constants.W_OK)
  } catch {
    throw new Error(
      `The data folder ${folder} cannot be written; set INNKEEPER_DATA to one that can.`,
    )
  }

  const file = join(folder, 'innkeeper.pid')
  for (;;) {
    try {
      const lock = openSync(file, 'wx')
      writeSync(lock, String(process.pid))
      closeSync(lock)
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
