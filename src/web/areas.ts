import type { Next } from 'hono'
import type { Actor } from '../audit/actor.ts'
import { type Area, mayChange } from '../audit/roles.ts'
import { Forbidden, NotFound } from '../errors.ts'
import type { C } from './env.ts'
import { isKnown } from './routing.ts'

/** The reader's own way in, and how it likes to see things: every login's, whatever its role. */
const own = /^\/(?:profile|logout|columns|api)(?:\/|$)/
const mail =
  /^\/(?:subscriptions\/\d+\/)?(?:mail|mailboxes|mail-aliases|mailing-lists|mail-domains)(?:[/.]|$)/

/**
 * R-14, before any rule is asked: a login for looking changes nothing, one for mail meets nothing but
 * mail. A new address is `hosting` until it is named here, so that forgetting one opens nothing.
 */
export async function withinRole(c: C, next: Next) {
  const { path, method } = c.req
  const area = areaOf(path)
  if (area === null || !isKnown(c)) return next()
  if (!maySee(c.get('actor'), path)) throw new NotFound()
  if (method !== 'GET' && !mayChange(c.get('actor'), area)) {
    throw new Forbidden('With this login you can look, but not change.')
  }
  return next()
}

/** Also what the menu shows. The front page is everybody's. */
export const maySee = (actor: Actor, path: string): boolean =>
  actor.role !== 'mail' || path === '/' || areaOf(path) === null || areaOf(path) === 'mail'

function areaOf(path: string): Area | null {
  if (own.test(path)) return null
  return mail.test(path) ? 'mail' : 'hosting'
}
