import { encrypt } from 'unixcrypt'

/**
 * SHA-512 crypt as Debian's shadow holds it: a host gets this, never the password.
 *
 * Runs in the event loop, because it is short: 10 ms for a generated password, 17 ms for 512 bytes.
 */
export const shadowHash = (password: string): string => encrypt(password.normalize('NFC'))
