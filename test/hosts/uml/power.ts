import { join } from 'node:path'
import type { Machine } from '../machine.ts'
import { attachTap } from '../network.ts'
import { spawnHost } from '../spawn.ts'

/**
 * Starts a kernel as a process of this machine; returns before it is up. It goes before other work:
 * the agent in it gives each program a minute, and this kernel is slow at starting them.
 * @param root its disk
 */
export async function startKernel(machine: Machine, root: string) {
  const { folder, name, mac } = machine
  await attachTap(machine)
  const kernel = [
    ...['linux.uml', 'mem=768M', `uml_dir=${folder}`, 'umid=uml'],
    ...['quiet', 'con=null', 'con0=null,fd:1', 'systemd.log_target=null'],
    ...['root=/dev/ubda', 'rw', 'init=/uml-init', `machine=${folder}`],
    `ubda=${join(folder, 'root.cow')},${root}`,
    `ubdb=${join(folder, 'home')}`,
    `ubdc=${join(folder, 'spare')}`,
    `vec0:transport=tap,ifname=${name},depth=64,mac=${mac}`,
  ]
  await spawnHost(machine, ['sh', '-c', ahead, 'sh', ...kernel])
}

/** Where a session is a scheduling group, nice(1) means nothing beyond it. */
export const ahead =
  '{ echo -10 > /proc/self/autogroup; } 2> /dev/null; exec nice --adjustment=-10 "$@"'
