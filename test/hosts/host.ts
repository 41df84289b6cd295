import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isPopulated } from './cgroup.ts'
import { type CommandOptions, must, type Outcome, run } from './command.ts'
import { writeDisks } from './emulated/power.ts'
import { inside } from './enter.ts'
import { changeHostKey, hostKeyOf, knownHostsFile, rootKeyFile, writeIdentity } from './identity.ts'
import { image, type Layer } from './image.ts'
import { removeMachine } from './lab.ts'
import type { Machine } from './machine.ts'
import { setCable } from './network.ts'
import { powerOff, powerOn } from './power.ts'
import { untilSshAnswers } from './reach.ts'
import { stateScript } from './state.ts'
import { hasOwnKernel, writeBoot } from './uml/boot.ts'
import { rootDisk } from './uml/disk.ts'
import { holdLine } from './uml/ssh.ts'

/** A real Debian 12 server that only this machine can reach. */
export interface Host extends AsyncDisposable {
  name: string
  address: string
  hostname: string
  /** The public key it shows at present, as `ssh-ed25519 AAAA…`. */
  readonly hostKey: string
  /** A file for ssh's UserKnownHostsFile. */
  knownHosts: string
  /** The private key that root accepts: its text, and the file it lies in. */
  rootKey: { path: string; text: string }
  /** Runs a command as root, without ssh where the kernel is ours. */
  run(argv: string[], options?: HostCommandOptions): Promise<Outcome>
  /** Runs a shell script as root, without ssh. */
  sh(script: string, options?: HostCommandOptions): Promise<Outcome>
  /** Waits until systemd has started everything; `boot` itself waits only for sshd. */
  settled(): Promise<void>
  /** Power loss: everything that runs ends at once, the disk stays. */
  crash(): Promise<void>
  boot(): Promise<void>
  /** Pulls the network cable; what runs goes on. */
  unplug(): Promise<void>
  plug(): Promise<void>
  /** Gives it another host key, as a reinstalled or a false server has. */
  newHostKey(): Promise<void>
  /** A text that is the same as long as nothing of hosting accounts has come or gone. */
  state(): Promise<string>
  remove(): Promise<void>
}

export type HostCommandOptions = Pick<CommandOptions, 'input' | 'timeout'>

/** Makes the disk of a new host and boots it. */
export async function createHost(machine: Machine, layer: Layer): Promise<Host> {
  const lower = await image(layer)
  layDisk(machine, lower)
  const host = openHost(machine)
  await host.boot()
  return host
}

/** Another kernel than ours: slower by far, and does what a container cannot. */
export async function createKernelHost(machine: Machine): Promise<Host> {
  layDisk(machine, [await rootDisk()])
  await writeBoot(machine)
  const host = openHost(machine)
  await host.boot()
  return host
}

/** A whole computer with Debian's own kernel: slower still, and refuses nothing that a server does. */
export async function createDebianHost(machine: Machine): Promise<Host> {
  layDisk(machine, [])
  await writeDisks(machine, await rootDisk())
  const host = openHost(machine)
  await host.boot()
  return host
}

function layDisk(machine: Machine, lower: string[]) {
  mkdirSync(machine.folder)
  writeFileSync(join(machine.folder, 'layers.json'), JSON.stringify(lower))
  writeIdentity(machine)
}

/** A host that exists already, running or not. */
export function openHost(machine: Machine): Host {
  const { name, address, hostname, folder } = machine
  const timeout = hasOwnKernel(machine) ? 240_000 : 60_000
  const patience = Math.max(timeout, 90_000)
  const enter: Host['run'] = (argv, options) => run(inside(machine, argv), { timeout, ...options })
  const sh: Host['sh'] = (script, options) => enter(['bash', '-c', script], options)
  const running = () => isPopulated(machine)

  return {
    name,
    address,
    hostname,
    knownHosts: knownHostsFile(machine),
    rootKey: { path: rootKeyFile(machine), text: readFileSync(rootKeyFile(machine), 'utf8') },
    get hostKey() {
      return hostKeyOf(machine)
    },
    run: enter,
    sh,

    async settled() {
      const { stdout } = await enter(['systemctl', 'is-system-running', '--wait'])
      if (stdout.trim() === 'running') return
      const failed = await enter(['systemctl', '--failed', '--no-pager'])
      throw new Error(`${name} is ${stdout.trim()}\n${failed.stdout}`)
    },
    crash: () => powerOff(machine),
    async boot() {
      if (running()) throw new Error(`${name} is running`)
      // It may have gone down by itself, or only half come up.
      await powerOff(machine)
      await powerOn(machine, JSON.parse(readFileSync(join(folder, 'layers.json'), 'utf8')))
      await untilSshAnswers(address, running, patience).catch((error: Error) => {
        const log = readFileSync(join(folder, 'console.log'), 'utf8').slice(-4000)
        throw new Error(`${error.message}\n${log}`, { cause: error })
      })
      if (hasOwnKernel(machine)) await holdLine(machine)
    },
    unplug: () => setCable(machine, 'down'),
    async plug() {
      await setCable(machine, 'up')
      await untilSshAnswers(address, running, patience)
    },
    async newHostKey() {
      const key = changeHostKey(machine)
      await must(inside(machine, ['bash', '-c', replaceHostKey]), { input: key.private })
    },
    async state() {
      return must(inside(machine, ['bash', '-c', stateScript]))
    },
    remove: () => removeMachine(machine),
    [Symbol.asyncDispose]() {
      return this.remove()
    },
  }
}

const replaceHostKey = `set -e
  cd /etc/ssh
  cat > ssh_host_ed25519_key
  ssh-keygen -y -f ssh_host_ed25519_key > ssh_host_ed25519_key.pub
  systemctl restart ssh`
