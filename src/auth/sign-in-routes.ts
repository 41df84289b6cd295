import { Hono } from 'hono'
import { z } from 'zod'
import { dropCookie, readCookie, writeCookie } from '../web/cookies.ts'
import type { C, Env } from '../web/env.ts'
import { safeNext } from '../web/next.ts'
import { page, parseForm } from '../web/respond.ts'
import { leaveSession, startSession, visitorOf } from '../web/visitor.ts'
import { finishSignIn, halfSignedIn, openHalfSignIn } from './half-sign-in.ts'
import { signIn } from './sign-in.ts'

export interface LoginPage {
  name: string
  next: string
  refused: boolean
}

export interface CodePage {
  next: string
  refused: boolean
}

const loginForm = z.strictObject({
  name: z.string(),
  password: z.string(),
  next: z.string().default(''),
})

const codeForm = z.strictObject({ code: z.string().max(200), next: z.string().default('') })

/** Open to everybody. */
export const signInRoutes = new Hono<Env>()

  .get('/login', (c) => {
    const next = safeNext(c.req.query('next'))
    if (c.var.session) return c.redirect(next, 303)
    return page(c, 'auth/login', { name: '', next, refused: false } satisfies LoginPage)
  })

  .post('/login', async (c) => {
    const { db } = c.var
    const form = await parseForm(c, loginForm)
    const typed = form.ok ? form.values : { name: '', password: '', next: '' }
    const entry = await signIn(db, typed.name, typed.password, visitorOf(c))
    const next = safeNext(typed.next)

    if (entry?.half) {
      writeCookie(c, 'half', await openHalfSignIn(db, entry.loginId))
      return c.redirect(`/login/code?next=${encodeURIComponent(next)}`, 303)
    } else if (entry) {
      return begin(c, entry.cookie, next)
    } else {
      const data: LoginPage = { name: typed.name, next, refused: true }
      return page(c, 'auth/login', data, 422)
    }
  })

  .get('/login/code', async (c) => {
    const awaited = await halfSignedIn(c.var.db, readCookie(c, 'half'))
    if (awaited === null) return c.redirect('/login', 303)
    const next = safeNext(c.req.query('next'))
    return page(c, 'auth/code', { next, refused: false } satisfies CodePage)
  })

  // F-104
  .post('/login/code', async (c) => {
    const { db, sealingKey } = c.var
    const half = readCookie(c, 'half')
    if (half === null || (await halfSignedIn(db, half)) === null) return c.redirect('/login', 303)
    const form = await parseForm(c, codeForm)
    const { code, next: wanted } = form.ok ? form.values : { code: '', next: '' }
    const cookie = await finishSignIn(db, sealingKey, half, code, visitorOf(c))
    const next = safeNext(wanted)

    if (cookie) {
      dropCookie(c, 'half')
      return begin(c, cookie, next)
    } else {
      return page(c, 'auth/code', { next, refused: true } satisfies CodePage, 422)
    }
  })

async function begin(c: C, cookie: string, next: string) {
  await leaveSession(c)
  startSession(c, cookie)
  return c.redirect(next, 303)
}
