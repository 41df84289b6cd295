import { HTTPException } from 'hono/http-exception'
import { z } from 'zod'
import { mayChange } from '../audit/roles.ts'
import { Forbidden, NotFound } from '../errors.ts'
import type { C } from '../web/env.ts'
import type { Endpoint } from './endpoint.ts'
import { placeOf } from './place.ts'
import { problem } from './problem.ts'
import { bodyOf, parsed, queryOf, taken } from './reading.ts'
import { oncePerKey } from './repeat.ts'

/** May it, is it what the endpoint takes, then the rule; what the rule refuses is a problem. */
export const answering = (endpoint: Endpoint) => async (c: C) => {
  try {
    requireRights(c, endpoint)
    const query = await taken(endpoint.query ?? nothing, queryOf(c))
    const sent = await bodyOf(c)
    const body = await asked(endpoint, sent)
    return await oncePerKey(c, sent, async () =>
      answer(c, endpoint, await endpoint.run(c, { query, body })),
    )
  } catch (error) {
    return problem(error, c, (field) => endpoint.names?.[field] ?? placeOf(endpoint.body, field))
  }
}

const nothing = z.strictObject({})

/** What the token may, and what its login may now (F-123, R-14). */
function requireRights(c: C, { method, area = 'hosting', for: whose }: Endpoint) {
  const { actor, entered } = c.var
  if (whose === 'admins' && actor.kind !== 'admin') throw new NotFound()
  if (whose === 'sellers' && actor.kind === 'customer') throw new NotFound()
  if (actor.role === 'mail' && area !== 'mail') throw new NotFound()
  if (method === 'GET') return
  if (entered!.scope === 'read') throw new Forbidden('This token may only read.')
  if (!mayChange(actor, area)) {
    throw new Forbidden('With this login you can look, but not change.')
  }
}

async function asked({ body }: Endpoint, sent: string) {
  if (body) return taken(body, parsed(sent))
  if (sent !== '') throw new HTTPException(400, { message: 'Nothing is to be sent here.' })
}

function answer(c: C, { answer, status, leadsTo }: Endpoint, found: unknown) {
  if (status === 204) return c.body(null, 204)
  const told = answer.parse(found)
  if (leadsTo) c.header('Location', `/api/v1${leadsTo(c, told)}`)
  return c.json(told as object, status)
}
