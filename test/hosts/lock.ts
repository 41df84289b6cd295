import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { must } from './command.ts'

export interface Lock extends Disposable {
  fd: number
}

/** An exclusive lock that the kernel drops with its holder. @param patience milliseconds to wait */
export async function lock(path: string, patience: number): Promise<Lock> {
  mkdirSync(dirname(path), { recursive: true })
  const fd = openSync(path, 'a')
  try {
    const seconds = String(Math.ceil(patience / 1000))
    // flock(2) belongs to the open file, not to the process: what the child locks stays ours.
    await must(['flock', '-w', seconds, '3'], { holding: fd, timeout: patience + 5_000 })
  } catch (error) {
    closeSync(fd)
    throw new Error(`${path} is held by somebody else`, { cause: error })
  }
  return { fd, [Symbol.dispose]: () => closeSync(fd) }
}
