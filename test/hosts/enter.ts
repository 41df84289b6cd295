import { leader } from './cgroup.ts'
import type { Machine } from './machine.ts'
import { hasOwnKernel } from './uml/boot.ts'
import { overSsh } from './uml/ssh.ts'

/** The command line that runs a command inside a host, as root; without ssh where its kernel is ours. */
export function inside(machine: Machine, argv: string[]): string[] {
  if (hasOwnKernel(machine)) return overSsh(machine, argv)
  const pid = leader(machine)
  if (!pid) throw new Error(`${machine.name} is not running`)
  const namespaces = ['--mount', '--uts', '--ipc', '--net', '--pid', '--cgroup', '--root', '--wd']
  return ['nsenter', '--target', String(pid), ...namespaces, '--', ...argv]
}
