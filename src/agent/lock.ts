import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'

/** In a folder of root's: in /run/lock a customer could hold it for ever. */
export const LOCK = '/run/innkeeper/lock'
const WAIT_SECONDS = 60

let held: number | undefined

/** The descriptor of the lock while this process has it. */
export const heldLock = (): number | undefined => held

/**
 * One writer per host.
 * @throws {Error} when others had it for a minute
 */
export async function withLock<T>(work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(LOCK), { recursive: true, mode: 0o755 })
  return holding(LOCK, async (fd) => {
    held = fd
    try {
      return await work()
    } finally {
      held = undefined
    }
  })
}

/**
 * Works while no other process does that holds this file. flock(1) locks our own open file through the
 * descriptor we hand it; the kernel lets go with the last process that has it, so a crash leaves
 * nothing to tidy.
 */
export async function holding<T>(file: string, work: (fd: number) => Promise<T>): Promise<T> {
  const fd = openSync(file, 'a', 0o600)
  try {
    await take(fd)
    return await work(fd)
  } finally {
    closeSync(fd)
  }
}

function take(fd: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const flock = spawn('/usr/bin/flock', ['--timeout', String(WAIT_SECONDS), '3'], {
      stdio: ['ignore', 'ignore', 'ignore', fd],
    })
    flock.on('error', reject)
    flock.on('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`This host was busy with other work for ${WAIT_SECONDS} s`))
    })
  })
}
