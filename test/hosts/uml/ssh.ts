import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cgroupOf } from '../cgroup.ts'
import { run } from '../command.ts'
import { knownHostsFile, rootKeyFile } from '../identity.ts'
import type { Machine } from '../machine.ts'

/** The command line that runs a command in a host whose kernel nobody can enter from here. */
export const overSsh = (machine: Machine, argv: string[]): string[] => [
  ...ssh(machine, []),
  argv.map(quoted).join(' '),
]

/** One connection for all commands, for each handshake takes its time; it dies with the host. */
export async function holdLine(machine: Machine) {
  // left by a crash, it would keep ssh from making another
  await rm(socketOf(machine), { force: true })
  const log = join(machine.folder, 'ssh.log')
  const script = 'log=$1; shift; echo $$ > "$0/cgroup.procs" && exec "$@" > /dev/null 2> "$log"'
  const master = ssh(machine, ['-f', '-N', '-M'])
  const { code } = await run(['sh', '-c', script, cgroupOf(machine), log, ...master])
  if (code !== 0) throw new Error(`No line to ${machine.name}: ${await readFile(log, 'utf8')}`)
}

const socketOf = ({ folder }: Machine) => join(folder, 'ssh')

const ssh = (machine: Machine, options: string[]) => [
  ...['ssh', '-i', rootKeyFile(machine), '-o', `UserKnownHostsFile=${knownHostsFile(machine)}`],
  ...['-o', 'BatchMode=yes', '-o', `ControlPath=${socketOf(machine)}`],
  ...options,
  `root@${machine.address}`,
]

const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`
