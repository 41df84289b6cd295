import { randomBytes } from 'node:crypto'
import { encrypt } from 'unixcrypt'
import { Invalid } from '../errors.ts'

/**
 * SHA-512 crypt as Debian's shadow holds it: a host gets this, never the password.
 *
 * Runs in the event loop, because it is short: 10 ms for a generated password, 17 ms for 512 bytes.
 */
export const shadowHash = (password: string): string => encrypt(password.normalize('NFC'))

/** In place of one, until somebody sets a password: well formed, and no password has it. */
export function shadowOfNone(): string {
  const part = (length: number) =>
    randomBytes(length).toString('base64url').replaceAll('-', '.').replaceAll('_', '/')
  // 64 bytes; the last character stands for two bits of them
  return `$6$${part(12)}$${part(64).slice(0, 85)}/`
}

/** What crypt(3) takes, less its final NUL; longer ones can be hashed, but nobody could sign in. */
const maxBytes = 511

/** @throws {Invalid} at `field` when no host could check it (F-46, F-48) */
export function requireHostPassword(field: string, password: string): void {
  if (Buffer.byteLength(password.normalize('NFC')) > maxBytes) {
    throw new Invalid(field, 'A password for FTP and SSH has at most {maximum} bytes.', {
      maximum: maxBytes,
    })
  }
}
