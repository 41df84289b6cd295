import type { C } from './env.ts'

/**
 * A browser says where a request comes from by Sec-Fetch-Site, Origin or both; each that is there
 * must name us. Whoever sends neither is no browser, and the token decides.
 */
export function fromOurPages(c: C): boolean {
  const site = c.req.header('Sec-Fetch-Site')
  const origin = c.req.header('Origin')
  return (
    (site === undefined || site === 'same-origin' || site === 'none') &&
    (origin === undefined || origin === ownOrigin(c))
  )
}

/** Behind a proxy that ends TLS the request itself says http, so the settings must tell. */
export const ownOrigin = (c: C) => c.get('settings').publicOrigin ?? new URL(c.req.url).origin
