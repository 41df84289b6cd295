import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * Only who has the session's cookie can have made it; says nothing about the cookie. The same for
 * a whole session, so that pages do not differ by it; pages are never compressed (F-134).
 */
export const csrfToken = (cookie: string) =>
  createHmac('sha256', cookie).update('csrf').digest('base64url')

export function sameToken(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}
