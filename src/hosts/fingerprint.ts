import { createHash } from 'node:crypto'

/**
 * As `ssh-keygen -lf` prints it, for comparing by eye.
 *
 * @param key `ssh-ed25519 AAAA…`
 */
export function fingerprint(key: string): string {
  const digest = createHash('sha256').update(Buffer.from(key.split(' ')[1] ?? '', 'base64'))
  return `SHA256:${digest.digest('base64').replace(/=+$/, '')}`
}
