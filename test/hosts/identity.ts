import { randomUUID } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newKeyPair } from '../../src/hosts/connection/key-pair.ts'
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
  for (const part of ['upper', 'work', 'root']) makeFolder(join(folder, part), 0o755)
  const disk = join(folder, 'upper')
  makeFolder(join(disk, 'etc'), 0o755)
  makeFolder(join(disk, 'etc/ssh'), 0o755)
  makeFolder(join(disk, 'root'), 0o700)
  makeFolder(join(disk, 'root/.ssh'), 0o700)
  const put = (path: string, text: string, mode = 0o644) => {
    writeFileSync(join(disk, path), text)
    chmodSync(join(disk, path), mode)
  }

  const hostKey = newKeyPair()
  put('etc/ssh/ssh_host_ed25519_key', hostKey.private, 0o600)
  put('etc/ssh/ssh_host_ed25519_key.pub', `${hostKey.public}\n`)
  rememberHostKey(machine, hostKey.public)

  const rootKey = newKeyPair()
  put('root/.ssh/authorized_keys', `${rootKey.public}\n`, 0o600)
  writeFileSync(rootKeyFile(machine), rootKey.private, { mode: 0o600 })

  put('etc/machine-id', `${randomUUID().replaceAll('-', '')}\n`)
  put('etc/hostname', `${hostname}\n`)
  put('etc/hosts', `127.0.0.1 localhost\n${address} ${hostname} ${name}\n`)
  put('etc/resolv.conf', '')
}

/** @returns the new key pair; the host itself has not got it yet */
export function changeHostKey(machine: Machine) {
  const hostKey = newKeyPair()
  rememberHostKey(machine, hostKey.public)
  return hostKey
}

/** Whatever the umask of who runs the tests. */
function makeFolder(path: string, mode: number) {
  mkdirSync(path)
  chmodSync(path, mode)
}

function rememberHostKey(machine: Machine, key: string) {
  writeFileSync(knownHostsFile(machine), `${machine.address} ${key.trim()}\n`)
}
