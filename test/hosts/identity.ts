import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ssh2 from 'ssh2'
import type { Machine } from './machine.ts'

/** Where the private key for root lies on this machine. */
export function rootKeyFile({ folder }: Machine): string {
  return join(folder, 'root_key')
}

/** A known_hosts file with the host's true key. */
export function knownHostsFile({ folder }: Machine): string {
  return join(folder, 'known_hosts')
}

/** The host's public key as `ssh-ed25519 AAAA…`. */
export function hostKeyOf(machine: Machine): string {
  const [, ...key] = readFileSync(knownHostsFile(machine), 'utf8').trim().split(' ')
  return key.join(' ')
}

/** Writes what makes one host different from another onto its still empty disk. */
export function writeIdentity(machine: Machine) {
  const { folder, address, hostname, name } = machine
  for (const part of ['upper', 'work', 'root']) mkdirSync(join(folder, part), { mode: 0o755 })
  const put = (path: string, text: string, mode = 0o644) => {
    const file = join(folder, 'upper', path)
    const privately = path.startsWith('root/')
    mkdirSync(dirname(file), { recursive: true, mode: privately ? 0o700 : 0o755 })
    writeFileSync(file, text, { mode })
  }

  const hostKey = ssh2.utils.generateKeyPairSync('ed25519')
  put('etc/ssh/ssh_host_ed25519_key', hostKey.private, 0o600)
  put('etc/ssh/ssh_host_ed25519_key.pub', `${hostKey.public}\n`)
  rememberHostKey(machine, hostKey.public)

  const rootKey = ssh2.utils.generateKeyPairSync('ed25519')
  put('root/.ssh/authorized_keys', `${rootKey.public}\n`, 0o600)
  writeFileSync(rootKeyFile(machine), rootKey.private, { mode: 0o600 })

  put('etc/machine-id', `${randomUUID().replaceAll('-', '')}\n`)
  put('etc/hostname', `${hostname}\n`)
  put('etc/hosts', `127.0.0.1 localhost\n${address} ${hostname} ${name}\n`)
  put('etc/resolv.conf', '')
}

/** @returns the new key pair; the host itself has not got it yet */
export function changeHostKey(machine: Machine) {
  const hostKey = ssh2.utils.generateKeyPairSync('ed25519')
  rememberHostKey(machine, hostKey.public)
  return hostKey
}

function rememberHostKey(machine: Machine, key: string) {
  writeFileSync(knownHostsFile(machine), `${machine.address} ${key.trim()}\n`)
}
