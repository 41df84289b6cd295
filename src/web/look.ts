import type { C } from './env.ts'

/** A person looks: not a HEAD, nor a browser that fetches what somebody may look at next (F-52). */
export function isLook(c: C): boolean {
  const purpose = c.req.header('Sec-Purpose') ?? c.req.header('Purpose') ?? ''
  return c.req.raw.method === 'GET' && !/prefetch|prerender|preview/i.test(purpose)
}
