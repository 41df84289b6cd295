import { existsSync, readFileSync } from 'node:fs'
import { must } from './command.ts'

/** Commands that running hosts needs, and the Debian package that each comes from. */
const commands = [
  ['mmdebstrap', 'mmdebstrap'],
  ['systemd-nspawn', 'systemd-container'],
  ['ip', 'iproute2'],
  ['nsenter', 'util-linux'],
  ['flock', 'util-linux'],
  ['mount', 'mount'],
] as const

/** Why this machine cannot run hosts, undefined when it can. */
export function whyNoHosts(): string | undefined {
  if (process.platform !== 'linux') return 'hosts need Linux'
  if (process.getuid?.() !== 0) return 'hosts need root'
  if (!existsSync('/etc/debian_version')) return 'hosts need Debian'
  if (!existsSync('/usr/bin/apt-get')) return 'hosts need apt-get'
  if (!kernelHas('cgroup2')) return 'hosts need a kernel with cgroup v2'
  if (!kernelHas('overlay')) return 'hosts need a kernel with overlayfs'
  return undefined
}

/** Installs what is missing. @throws {Error} with the plain reason when hosts cannot run here */
export async function requireHosts() {
  const reason = whyNoHosts()
  if (reason) throw new Error(`No test hosts on this machine: ${reason}`)
  const missing = missingPackages()
  if (missing.length === 0) return
  await must(['apt-get', 'update'], { timeout: 5 * 60_000 })
  const install = ['apt-get', 'install', '--yes', '--no-install-recommends']
  await must([...install, ...missing], { timeout: 10 * 60_000 })
}

function missingPackages(): string[] {
  const folders = ['/usr/bin', '/usr/sbin', '/bin', '/sbin']
  const absent = commands.filter(([name]) => !folders.some((dir) => existsSync(`${dir}/${name}`)))
  return [...new Set(absent.map(([, name]) => name))]
}

function kernelHas(filesystem: string): boolean {
  return readFileSync('/proc/filesystems', 'utf8').includes(`\t${filesystem}\n`)
}
