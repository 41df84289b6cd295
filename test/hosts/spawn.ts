import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cgroupOf, isPopulated } from './cgroup.ts'
import type { Machine } from './machine.ts'

/** Starts what is the host, in the host's cgroup from its first moment; it stays when we end. */
export async function spawnHost(machine: Machine, argv: string[], env: NodeJS.ProcessEnv = {}) {
  const script = 'echo $$ > "$0/cgroup.procs" && exec "$@"'
  const console = openSync(join(machine.folder, 'console.log'), 'a')
  const child = spawn('sh', ['-c', script, cgroupOf(machine), ...argv], {
    detached: true,
    stdio: ['ignore', console, console],
    env: { PATH: process.env.PATH, ...env },
  })
  closeSync(console)
  await new Promise((resolve, reject) => child.on('spawn', resolve).on('error', reject))
  child.unref()
  while (!isPopulated(machine) && child.exitCode === null) await sleep(5)
}
