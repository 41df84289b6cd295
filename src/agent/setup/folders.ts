import { chmodSync, chownSync, mkdirSync, statSync } from 'node:fs'
import { at, type Environment } from '../environment.ts'
import { exists, put } from '../files.ts'
import { readPasswd } from '../passwd.ts'
import { SSH_ALLOW } from '../services/ssh-access.ts'
import type { Note } from './setup.ts'

/** Customers may come by what is theirs, and list nothing. */
const folders: [path: string, mode: number, group?: string][] = [
  ['/etc/innkeeper', 0o711],
  ['/etc/innkeeper/nginx', 0o700],
  ['/etc/innkeeper/php', 0o711],
  ['/etc/innkeeper/ssh-keys', 0o711],
  ['/etc/innkeeper/tls', 0o700],
  ['/etc/nginx/innkeeper.d', 0o700],
  ['/etc/security/limits.d', 0o755],
  ['/etc/systemd/system/nginx.service.d', 0o755],
  ['/etc/systemd/system/sockets.target.wants', 0o755],
  ['/home/.innkeeper', 0o700],
  ['/run/innkeeper', 0o710, 'www-data'],
  ['/run/innkeeper/php', 0o755],
  ['/usr/local/lib/innkeeper', 0o755],
  ['/var/lib/innkeeper', 0o700],
  ['/var/lib/innkeeper/dirty', 0o700],
  ['/var/lib/innkeeper/good', 0o700],
  ['/var/lib/innkeeper/subscriptions', 0o700],
]

/** /run is empty after each start of the host; systemd-tmpfiles makes our part of it again. */
const atBoot = `d /run/innkeeper 0710 root www-data -
d /run/innkeeper/php 0755 root root -
`

export function prepareFolders(env: Environment, note: Note): void {
  const { gidOf } = readPasswd(env)
  for (const [path, mode, group = 'root'] of folders)
    note(path, makeFolder(env, path, mode, gidOf.get(group) ?? 0))
  note('tmpfiles', put(env, '/etc/tmpfiles.d/innkeeper.conf', atBoot))
  if (!exists(env, SSH_ALLOW)) note('ssh.allow', put(env, SSH_ALLOW, '', { mode: 0o600 }))
}

function makeFolder(env: Environment, path: string, mode: number, gid: number): boolean {
  const made = mkdirSync(at(env, path), { recursive: true }) !== undefined
  const have = statSync(at(env, path))
  if ((have.mode & 0o777) === mode && have.gid === gid) return made
  chownSync(at(env, path), 0, gid)
  chmodSync(at(env, path), mode)
  return true
}
