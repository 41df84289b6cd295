import type { LiveDocument } from '../../src/contract/document.ts'
import { mysqlHash } from '../../src/databases/user-password.ts'
import { numbered, password } from '../contract/cast.ts'

/** What a subscription can have, all at once. */
export function everything(n: number, shell: 'bash' | 'limited'): LiveDocument {
  const promised = { disk: null, perl: false, cgi: false, virusScan: false }
  const document = numbered(n, { promised })
  const { name, passwordHash } = document.user
  const users = [{ name: `${name}_shop`, passwordHash: mysqlHash(password), address: 'localhost' }]
  const photos = { name: `${name}_photos`, folder: 'web/photos', passwordHash }
  return {
    ...document,
    user: { ...document.user, shell, limits: { cpuSeconds: 60, processes: 40 } },
    databases: { promised: null, all: [{ name: `${name}_shop`, users }] },
    ftp: { promised: null, logins: [photos] },
    sshKeys: [{ type: 'ssh-ed25519', blob: 'A'.repeat(68) }],
  }
}
