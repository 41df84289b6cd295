import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Pem {
  chain: string
  key: string
  /** of who vouches for it */
  authority: string
}

/** A certificate for these names by an authority of its own, as openssl makes them. */
export function aCertificate(names: string[], days = 30, key = 'ec'): Pem {
  const folder = mkdtempSync(join(tmpdir(), 'pem-'))
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  const kind = key === 'ec' ? ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'] : [key]
  try {
    openssl(
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'ca.key', '-out', 'ca.pem'],
      ...['-subj', '/CN=Test authority', '-days', '60'],
    )
    openssl(
      'req',
      '-newkey',
      ...kind,
      '-nodes',
      '-keyout',
      'own.key',
      '-out',
      'own.csr',
      '-subj',
      '/',
    )
    writeFileSync(
      join(folder, 'names'),
      `subjectAltName=${names.map((name) => (name.startsWith('IP:') ? name : `DNS:${name}`)).join(',')}`,
    )
    openssl(
      ...['x509', '-req', '-in', 'own.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'],
      ...['-extfile', 'names', '-days', String(days), '-out', 'own.pem'],
    )
    const read = (file: string) => readFileSync(join(folder, file), 'utf8')
    return { chain: read('own.pem'), key: read('own.key'), authority: read('ca.pem') }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
