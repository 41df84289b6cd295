import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { must, run } from './command.ts'
import { lock } from './lock.ts'
import { labsFolder } from './machine.ts'

/** What running hosts and asking them things needs, and the Debian package it comes from. */
const needed = {
  '/usr/bin/mmdebstrap': 'mmdebstrap',
  '/usr/share/keyrings/debian-archive-keyring.gpg': 'debian-archive-keyring',
  '/usr/bin/systemd-nspawn': 'systemd-container',
  '/bin/ip': 'iproute2',
  '/bin/ps': 'procps',
  '/usr/bin/ssh': 'openssh-client',
  '/usr/bin/sshpass': 'sshpass',
  '/usr/bin/curl': 'curl',
}

/** What hosts with a kernel of their own need in addition. */
const neededForKernels = {
  '/usr/bin/linux.uml': 'user-mode-linux',
  '/sbin/mkfs.ext4': 'e2fsprogs',
  '/sbin/mkfs.xfs': 'xfsprogs',
}

/** What hosts with Debian's kernel need in addition to those. */
const neededForDebian = { '/usr/bin/qemu-system-x86_64': 'qemu-system-x86' }

const minute = 60_000

/** Why this machine cannot run hosts, undefined when it can. */
export function whyNoHosts(): string | undefined {
  if (process.platform !== 'linux') return 'hosts need Linux'
  if (process.getuid?.() !== 0) return 'hosts need root'
  if (!existsSync('/usr/bin/apt-get')) return 'hosts need Debian with apt-get'
  if (!mayMountAndNetwork()) return 'hosts need the right to mount and to make networks'
  if (!kernelHas('cgroup2')) return 'hosts need a kernel with cgroup v2'
  if (!kernelHas('overlay')) return 'hosts need a kernel with overlayfs'
  return undefined
}

/** Installs what is missing. @throws {Error} with the plain reason when hosts cannot run here */
export async function requireHosts() {
  const reason = whyNoHosts()
  if (reason) throw new Error(`No test hosts on this machine: ${reason}`)
  await install(needed)
}

/** @throws {Error} with the plain reason when kernels cannot run here as processes */
export async function requireKernelHosts() {
  await requireHosts()
  if (process.arch !== 'x64') throw new Error('Hosts with their own kernel need an amd64 machine')
  if (!existsSync('/dev/net/tun')) throw new Error('Hosts with their own kernel need /dev/net/tun')
  await install(neededForKernels)
}

/** @throws {Error} with the plain reason when whole computers cannot run here as processes */
export async function requireDebianHosts() {
  await requireKernelHosts()
  await install(neededForDebian)
}

async function install(packages: Record<string, string>) {
  if (missingOf(packages).length > 0) await installMissing(packages)
}

function missingOf(packages: Record<string, string>): string[] {
  const missing = Object.entries(packages).filter(([file]) => !existsSync(file))
  return missing.map(([, name]) => name)
}

async function installMissing(packages: Record<string, string>) {
  using _ = await lock(join(labsFolder, 'install.lock'), 15 * minute)
  const missing = missingOf(packages)
  if (missing.length === 0) return
  // Some other repository of this machine may be away; whether Debian's is, the next command tells.
  await run(['apt-get', 'update'], { timeout: 5 * minute })
  const install = ['apt-get', 'install', '--yes', '--no-install-recommends']
  const patience = ['-o', 'DPkg::Lock::Timeout=300']
  await must([...install, ...patience, ...missing], { timeout: 15 * minute })
}

function mayMountAndNetwork(): boolean {
  const [, effective] = /^CapEff:\s*(\w+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))!
  const [networks, mounts] = [12n, 21n]
  return [networks, mounts].every((bit) => (BigInt(`0x${effective}`) >> bit) & 1n)
}

function kernelHas(filesystem: string): boolean {
  return readFileSync('/proc/filesystems', 'utf8').includes(`\t${filesystem}\n`)
}
