import type { Environment } from '../environment.ts'
import { exists } from '../files.ts'
import { trouble } from '../trouble.ts'

const programs = [
  ['/usr/bin/sudo', 'sudo'],
  ['/usr/sbin/sshd', 'openssh-server'],
  ['/usr/sbin/nginx', 'nginx-light'],
  ['/usr/bin/systemctl', 'systemd'],
  ['/usr/bin/setpriv', 'util-linux'],
  ['/usr/bin/flock', 'util-linux'],
] as const

/** @throws {Error} naming the Debian packages to install */
export function requirePrograms(env: Environment): void {
  const missing = programs.filter(([file]) => !exists(env, file)).map(([, name]) => name)
  if (missing.length > 0)
    throw trouble('installFirst', { packages: [...new Set(missing)].join(' ') })
}
