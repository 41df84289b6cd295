import { Hono } from 'hono'
import { z } from 'zod'
import { requireOwnHands } from '../audit/roles.ts'
import { Forbidden } from '../errors.ts'
import { requireApiAccess } from '../subscriptions/api-access.ts'
import type { C, Env } from '../web/env.ts'
import { currentPassword, line, oneOf } from '../web/fields.ts'
import { isLook } from '../web/look.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { visitorOf } from '../web/visitor.ts'
import { tokenScopes } from './schema.ts'
import { endToken, makeToken, type OwnToken, ownTokens, takeToken } from './tokens.ts'

export interface TokensPage {
  tokens: OwnToken[]
  /** why the account cannot use the API; null: it can */
  closed: string | null
  form: FailedForm | undefined
}

export interface TokenPage {
  /** null: shown already */
  token: string | null
}

/** Days; empty: until somebody ends it. */
const terms = ['30', '90', '365', ''] as const

const tokenForm = z.strictObject({
  name: line(100),
  scope: oneOf(tokenScopes),
  days: oneOf(terms).transform((days) => (days === '' ? null : Number(days))),
  current: currentPassword(),
})

const one = '/profile/tokens/:id{[1-9][0-9]{0,14}}'

export const tokenRoutes = new Hono<Env>()

  .get('/profile/tokens', async (c) => page(c, 'auth/tokens', await tokensPage(c)))

  // M-30
  .post('/profile/tokens', async (c) => {
    const { db, sealingKey, actor } = c.var
    requireOwnHands(actor)
    await requireApiAccess(db, actor)
    const form = await attempt(c, tokenForm, (wish) =>
      makeToken(db, sealingKey, actor, wish, visitorOf(c)),
    )
    if (!form.ok) return invalid(c, 'auth/tokens', 'auth/tokens', await tokensPage(c, form))
    return changed(c, `/profile/tokens/${form.result}`)
  })

  .get(one, async (c) => {
    const { db, sealingKey, actor } = c.var
    requireOwnHands(actor)
    const id = Number(c.req.param('id'))
    const token = isLook(c) ? await takeToken(db, sealingKey, actor, id) : undefined
    return page(c, 'auth/token', { token: token ?? null })
  })

  .get(`${one}/removal`, (c) => c.redirect('/profile/tokens', 303))

  .post(`${one}/removal`, async (c) => {
    await endToken(c.var.db, c.var.actor, Number(c.req.param('id')))
    tell(c, 'It was ended.')
    return changed(c, '/profile/tokens')
  })

async function tokensPage(c: C, form?: FailedForm): Promise<TokensPage> {
  const { db, actor } = c.var
  const [tokens, closed] = await Promise.all([ownTokens(db, actor), whyClosed(c)])
  return { tokens, closed, form }
}

async function whyClosed({ var: { db, actor } }: C): Promise<string | null> {
  try {
    await requireApiAccess(db, actor)
    return null
  } catch (refusal) {
    if (!(refusal instanceof Forbidden)) throw refusal
    return refusal.message
  }
}
