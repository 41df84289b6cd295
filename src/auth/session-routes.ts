import { Hono } from 'hono'
import { z } from 'zod'
import type { C, Env } from '../web/env.ts'
import { attempt, changed, invalid, page, tell } from '../web/respond.ts'
import { browserOf } from './browser.ts'
import { endOtherSessions, endSession, type OwnSession, ownSessions } from './own-sessions.ts'

export interface SessionsPage {
  sessions: (OwnSession & { browser: string; system: string; current: boolean })[]
}

const endForm = z.strictObject({ end: z.string().regex(/^(others|[1-9][0-9]{0,14})$/) })

export const sessionRoutes = new Hono<Env>()

  .get('/profile/sessions', async (c) => page(c, 'auth/sessions', await sessionsPage(c)))

  .post('/profile/sessions', async (c) => {
    const { db, actor, session } = c.var
    const form = await attempt(c, endForm, ({ end }) =>
      end === 'others'
        ? endOtherSessions(db, actor, session!.number)
        : endSession(db, actor, Number(end)),
    )
    if (!form.ok) return invalid(c, 'auth/sessions', 'auth/sessions', await sessionsPage(c))
    tell(c, form.values.end === 'others' ? 'All other sessions were ended.' : 'It was ended.')
    return changed(c, '/profile/sessions')
  })

async function sessionsPage(c: C): Promise<SessionsPage> {
  const { db, actor, session } = c.var
  const found = await ownSessions(db, actor)
  return {
    sessions: found.map((one) => ({
      ...one,
      ...browserOf(one.userAgent),
      current: one.number === session!.number,
    })),
  }
}
