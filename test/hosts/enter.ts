import { leader } from './cgroup.ts'
import type { Machine } from './machine.ts'

/** The command line that runs a command inside a host, as root and without ssh. */
export function inside(machine: Machine, argv: string[]): string[] {
  const pid = leader(machine)
  if (!pid) throw new Error(`${machine.name} is not running`)
  const namespaces = ['--mount', '--uts', '--ipc', '--net', '--pid', '--cgroup', '--root', '--wd']
  return ['nsenter', '--target', String(pid), ...namespaces, '--', ...argv]
}
