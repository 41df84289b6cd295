import { randomBytes } from 'node:crypto'
import type { Next } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { leaveAccount, type Returned } from '../auth/return.ts'
import { closeSession, readSession, type SignedIn } from '../auth/sessions.ts'
import { systemSettings } from '../settings/reading.ts'
import { asideOf, type Besides } from './asides.ts'
import { dropCookie, readCookie, writeCookie } from './cookies.ts'
import { counts } from './counts.ts'
import type { C } from './env.ts'
import { formats, translator } from './i18n.ts'
import { peer } from './peer.ts'
import { languageOf, timeZoneOf } from './reader.ts'
import { readForm } from './reading.ts'
import { changed } from './respond.ts'
import { fromOurPages } from './same-origin.ts'
import { csrfToken, sameToken } from './token.ts'

/** Who is asking, in which language, and with what token their forms must come back. */
export async function visitor(c: C, next: Next) {
  c.set('address', peer(c))
  const { db, address } = c.var
  const cookie = readCookie(c, 'session')
  const { aside, chosen } = asideOf(c)
  const session = cookie === null ? null : await readSession(db, cookie, address, aside)
  c.set('system', session?.system ?? (await systemSettings(db)))
  know(c, session)
  const all = session?.aside.offered
  if (all) c.set('offered', { ...chosen, all })
  const returned = cookie && !session ? await leaveAccount(db, cookie, address) : null
  if (returned) return comeBack(c, returned)

  c.set('csrf', csrfToken(session?.cookie ?? visit(c)))
  await next()
}

function know(c: C, session: (SignedIn & { aside: Besides }) | null) {
  c.set('session', session)
  if (session) c.set('actor', session.actor)
  const language = languageOf(c)
  c.set('t', translator(language))
  c.set('show', formats(language, timeZoneOf(c)))
  c.set('counts', counts(session?.aside.conflicts ?? 0, c.get('show')))
}

/** F-122: the hour in somebody's account is over; whatever was asked for is not done. */
async function comeBack(c: C, { cookie, accountId }: Returned) {
  know(c, await readSession(c.get('db'), cookie, c.get('address'), asideOf(c).aside))
  startSession(c, cookie)
  c.set('notice', {
    kind: 'warning',
    text: c.get('t')('You are back in your own account. What you asked for last was not done.'),
  })
  return changed(c, `/customers/${accountId}`)
}

/**
 * Every request that is not a GET must come from one of our pages and carry the token of its own
 * session, whatever the body is written in (F-96).
 */
export async function ownFormsOnly(c: C, next: Next) {
  if (c.req.method === 'GET') return next()
  if (!fromOurPages(c)) throw new HTTPException(403)

  const { form, file } = await readForm(c)
  const given = [...form.getAll('_csrf'), ...(c.req.header('X-CSRF-Token')?.split(',') ?? [])]
  if (given.length !== 1 || !sameToken(given[0]!, c.get('csrf'))) {
    // Most likely the session ended meanwhile: htmx leaves for the sign-in page (F-87).
    if (!c.get('session')) c.header('HX-Redirect', '/login')
    throw new HTTPException(403)
  }

  form.delete('_csrf')
  c.set('once', form.get('_once'))
  form.delete('_once')
  c.set('form', form)
  c.set('file', file)
  await next()
}

/** From here on this browser is known by another cookie, and its forms by another token. */
export function startSession(c: C, cookie: string) {
  writeCookie(c, 'session', cookie)
  dropCookie(c, 'visit')
  c.set('csrf', csrfToken(cookie))
}

/** A session that this browser had before ends with the new one (F-90). */
export async function leaveSession(c: C) {
  const old = readCookie(c, 'session')
  if (old !== null) await closeSession(c.get('db'), old)
}

/** Where a session is opened from. */
export const visitorOf = (c: C) => ({
  address: c.get('address'),
  userAgent: c.req.header('User-Agent') ?? null,
})

/** Before sign-in there is no session to bind a token to; this cookie stands in. */
function visit(c: C): string {
  const known = readCookie(c, 'visit')
  if (known && /^[\w-]{43}$/.test(known)) return known

  const fresh = randomBytes(32).toString('base64url')
  writeCookie(c, 'visit', fresh)
  return fresh
}
