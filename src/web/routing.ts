import { matchedRoutes } from 'hono/route'
import type { C } from './env.ts'

/** Whether some handler, not only middleware, waits at this address. */
export const isKnown = (c: C) => matchedRoutes(c).some(({ method }) => method !== 'ALL')
