import type { Hono, Next } from 'hono'
import type { C, Env } from './env.ts'
import { answer } from './failures.ts'
import { isKnown } from './routing.ts'

/**
 * Pages are read with GET and changed with POST. HEAD is refused too: hono would answer it by
 * running the GET, and some pages show a thing only once (F-52, F-97).
 */
export const knownMethodsOnly = (app: Hono<Env>) => async (c: C, next: Next) => {
  if (['GET', 'POST'].includes(c.req.method) && isKnown(c)) return next()
  const others = ['GET', 'POST'].filter((method) => has(app, method, c.req.path))
  if (others.length === 0) return next()

  c.header('Allow', others.join(', '))
  const title = c.get('t')('Not possible here')
  return answer(c, {
    status: 405,
    title,
    text: c.get('t')('This address cannot be asked that way.'),
  })
}

/** hono's router answers with all that matches: middleware stands under `ALL`. */
const has = (app: Hono<Env>, method: string, path: string) =>
  app.router.match(method, path)[0].some(([[, route]]) => route.method === method)
