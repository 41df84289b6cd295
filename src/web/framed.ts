import type { C } from './env.ts'

/** HTML that is not ours, e.g. a mail, for a frame in a page of ours: see headers.ts. */
export function framed(c: C, html: string) {
  c.set('framed', true)
  return c.html(html)
}
