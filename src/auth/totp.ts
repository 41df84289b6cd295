import { Secret, TOTP } from 'otpauth'

const period = 30

/** 160 bits, as RFC 4226 wants them, in base32. */
export const newTotpSecret = (): string => new Secret({ size: 20 }).base32

/** What an app on a phone reads from the QR code. */
export const totpAddress = (secret: string, loginName: string, issuer: string): string =>
  totp(secret, loginName, issuer).toString()

/**
 * Which time step this code belongs to, or null: of now, the one before and the one after, for
 * phones whose clock is not quite right. `seconds`: since 1970, by the database's clock.
 */
export function stepOf(secret: string, code: string, seconds: number): number | null {
  const token = code.replaceAll(/\s/g, '')
  if (!/^\d{6}$/.test(token)) return null
  const delta = totp(secret).validate({ token, timestamp: seconds * 1000, window: 1 })
  return delta === null ? null : Math.floor(seconds / period) + delta
}

const totp = (secret: string, label = '', issuer = '') =>
  new TOTP({ secret, label, issuer, algorithm: 'SHA1', digits: 6, period })
