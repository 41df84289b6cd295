import { encrypt } from 'unixcrypt'
import { Invalid } from '../errors.ts'

/**
 * SHA-512 crypt as Debian's shadow holds it: a host gets this, never the password.
 *
 * Runs in the event loop, because it is short: 10 ms for a generated password, 17 ms for 512 bytes.
 */
export const shadowHash = (password: string): string => encrypt(password.normalize('NFC'))

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
