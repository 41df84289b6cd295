import { readFileSync } from 'node:fs'
import { must } from '../run.ts'

const socket = (instance: string): string => `innkeeper-php@${instance}.socket`
const service = (instance: string): string => `innkeeper-php@${instance}.service`

export async function startSockets(instances: string[]): Promise<void> {
  await must(['systemctl', 'start', ...instances.map(socket)])
}

/** Only those that run: the others read their settings when a request starts them. */
export async function restartServices(instances: string[]): Promise<void> {
  await must(['systemctl', 'try-restart', ...instances.map(service)])
}

export async function stopUnits(instances: string[]): Promise<void> {
  await must(['systemctl', 'stop', ...instances.map(socket), ...instances.map(service)])
}

/** Listening sockets (flag 00010000) by path, as the kernel has them: a unit can fail and close its own. */
export function listening(): Set<string> {
  const table = readFileSync('/proc/net/unix', 'utf8')
  return new Set(
    table.split('\n').flatMap((line) => {
      const [, , , flags, , , , path] = line.trim().split(/\s+/)
      return flags === '00010000' && path ? [path] : []
    }),
  )
}
