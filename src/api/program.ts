import type { Next } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { enterByToken } from '../auth/token-entry.ts'
import { holdsToken } from '../auth/token-value.ts'
import { systemSettings } from '../settings/reading.ts'
import { requireApiAccess } from '../subscriptions/api-access.ts'
import type { C } from '../web/env.ts'
import { formats, translator } from '../web/i18n.ts'
import { requirePace } from '../web/pace.ts'
import { peer } from '../web/peer.ts'
import { accepted, timeZoneOf } from '../web/reader.ts'

/** Of one token; its login's other tokens have as many (F-133). */
export const pace = { times: 600, seconds: 60 }
/** Of wrong tokens from one address. */
const wrong = { times: 60, seconds: 60 }

/** English, where nobody asks for another language: programs read these texts to their makers. */
export async function spoken(c: C, next: Next) {
  c.set('address', peer(c))
  c.set('system', await systemSettings(c.var.db))
  const language = accepted(c) ?? 'en'
  c.set('t', translator(language))
  c.set('show', formats(language, timeZoneOf(c)))
  // hono would answer it by running the GET (F-97).
  if (c.req.method === 'HEAD') throw new HTTPException(405)
  await next()
}

/** Who asks: by a token in its header and in no other way (F-123). */
export async function byToken(c: C, next: Next) {
  const { db, address } = c.var
  if (holdsToken(decoded(c.req.url))) throw new HTTPException(400, { message: inAddress })
  const given = /^Bearer +([\x21-\x7e]+)$/i.exec(c.req.header('Authorization') ?? '')
  if (!given) throw new HTTPException(401, { message: missing })
  if (hasSession(c)) throw new HTTPException(403, { message: both })

  const entered = await enterByToken(db, given[1]!, address)
  if (!entered) {
    requirePace(db, `wrong token ${address}`, wrong)
    throw new HTTPException(401, { message: none })
  }
  requirePace(db, `token ${entered.tokenId}`, pace)
  c.set('entered', entered)
  c.set('actor', entered.actor)
  await requireApiAccess(db, entered.actor)
  await next()
}

const inAddress =
  'A token does not belong into an address: it would stand in logs. End this one and make another.'
const missing = 'Send a token: Authorization: Bearer ink_…'
const none = 'This token is not valid, or not any more.'
const both = 'Send a token or a session, not both.'

/** A browser's, which would send it wherever somebody lets it. */
const hasSession = (c: C) => /(^|;)\s*(?:__Host-)?session=/.test(c.req.header('Cookie') ?? '')

function decoded(url: string): string {
  try {
    return decodeURIComponent(url)
  } catch {
    return url
  }
}
