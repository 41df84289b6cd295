import { readFileSync } from 'node:fs'
import { must, run } from '../run.ts'

const socket = (instance: string): string => `innkeeper-php@${instance}.socket`
const service = (instance: string): string => `innkeeper-php@${instance}.service`

export async function startSockets(instances: string[]): Promise<void> {
  await must(['systemctl', 'start', ...instances.map(socket)])
}

/**
 * Only those that run: the others read their settings when a request starts them. Nobody waits for
 * requests that take long; systemd does, and the host's lock is for others.
 */
export async function restartServices(instances: string[]): Promise<void> {
  await must(['systemctl', 'try-restart', '--no-block', ...instances.map(service)])
}

/** What runs may end its requests. */
export async function retireUnits(instances: string[]): Promise<void> {
  const units = [...instances.map(socket), ...instances.map(service)]
  await must(['systemctl', 'stop', '--no-block', ...units])
}

/** A socket stops after its service, so that is killed first; most do not run, which is no fault. */
export async function killUnits(instances: string[]): Promise<void> {
  await run(['systemctl', 'kill', '--signal=SIGKILL', ...instances.map(service)])
  await must(['systemctl', 'stop', ...instances.map(socket), ...instances.map(service)])
}

export async function startUnits(units: string[]): Promise<void> {
  await must(['systemctl', 'start', ...units])
}

export async function stopUnits(units: string[]): Promise<void> {
  await must(['systemctl', 'stop', ...units])
}

export async function restartUnits(units: string[]): Promise<void> {
  await must(['systemctl', 'restart', ...units])
}

export async function enableUnits(units: string[]): Promise<void> {
  await must(['systemctl', 'daemon-reload'])
  if (units.length > 0) await must(['systemctl', 'enable', '--now', ...units])
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
