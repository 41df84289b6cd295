import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { must, run } from './command.ts'

export function isMounted(folder: string): boolean {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n')
  return mounts.some((line) => line.split(' ')[1] === folder)
}

/** @throws {Error} when it stays busy for five seconds */
export async function unmount(folder: string) {
  for (let tries = 0; isMounted(folder); tries++) {
    if (tries === 50) await must(['umount', folder])
    const { code } = await run(['umount', folder])
    if (code !== 0) await sleep(100)
  }
}
