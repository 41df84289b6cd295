import type { Next } from 'hono'
import type { C } from './env.ts'

/** Nothing but our own files; `data:` because Tabler's check marks and arrows are written so. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-src 'self'",
  "frame-ancestors 'none'",
].join('; ')

/** Somebody else's HTML in a frame of ours: it looks as it will, runs nothing and is of no origin. */
const framedPolicy = [
  'sandbox',
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src https: data:',
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'self'",
].join('; ')

/**
 * On every answer, errors and files too (F-135). The referrer goes to ourselves only, but goes:
 * with `no-referrer` browsers send `Origin: null` with forms.
 */
export async function securityHeaders(c: C, next: Next) {
  const began = performance.now()
  await next()
  const { headers } = c.res
  const { framed, requestId, settings } = c.var
  headers.set('Content-Security-Policy', framed ? framedPolicy : policy)
  headers.set('X-Content-Type-Options', 'nosniff')
  headers.set('X-Frame-Options', framed ? 'SAMEORIGIN' : 'DENY')
  headers.set('Referrer-Policy', 'same-origin')
  headers.set('Cross-Origin-Opener-Policy', 'same-origin')
  headers.set('Cross-Origin-Resource-Policy', 'same-origin')
  headers.set('Permissions-Policy', 'camera=(), geolocation=(), microphone=()')
  headers.set('X-Request-Id', requestId)
  // For the tools of a browser. Strangers are not told: it would say which names and tokens there are.
  if (c.get('session'))
    headers.set('Server-Timing', `total;dur=${(performance.now() - began).toFixed(1)}`)
  if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'private, no-store')
  if (settings.strictTransport) {
    headers.set('Strict-Transport-Security', 'max-age=31536000')
  }
}
