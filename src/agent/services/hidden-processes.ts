import type { Environment } from '../environment.ts'
import { read } from '../files.ts'

/**
 * Whether nobody sees the processes of others, as /proc is mounted now. The sandbox has none.
 */
export function hidesProcesses(env: Environment): boolean {
  if (!env.real) return true
  const mounts = (read(env, '/proc/self/mountinfo') ?? '').split('\n')
  const proc = mounts.filter((line) => line.split(' ')[4] === '/proc').at(-1) ?? ''
  return /\bhidepid=(?:invisible|2)\b/.test(proc)
}
