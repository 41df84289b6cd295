import { Hono } from 'hono'
import { z } from 'zod'
import { dropCookie, readCookie } from '../web/cookies.ts'
import type { C, Env } from '../web/env.ts'
import { currentPassword, newPassword } from '../web/fields.ts'
import { safeNext } from '../web/next.ts'
import {
  attempt,
  changed,
  type FailedForm,
  invalid,
  page,
  parseForm,
  tell,
} from '../web/respond.ts'
import { startSession, visitorOf } from '../web/visitor.ts'
import { changeOwnPassword } from './own-password.ts'
import { minimumLength } from './password-policy.ts'
import { leaveAccount } from './return.ts'
import { closeSession } from './sessions.ts'
import { signIn } from './sign-in.ts'

export interface LoginPage {
  name: string
  next: string
  refused: boolean
}

export interface ProfilePage {
  form: FailedForm | undefined
  minimum: number
  mustChange: boolean
  loginName: string
}

const loginForm = z.strictObject({
  name: z.string(),
  password: z.string(),
  next: z.string().default(''),
})

const passwordForm = z
  .strictObject({ current: currentPassword(), password: newPassword(), repeat: z.string() })
  .refine(({ password, repeat }) => password === repeat, {
    path: ['repeat'],
    error: 'The two new passwords differ.',
  })

/** Open to everybody. */
export const signInRoutes = new Hono<Env>()

  .get('/login', (c) => {
    const next = safeNext(c.req.query('next'))
    if (c.var.session) return c.redirect(next, 303)
    return page(c, 'auth/login', { name: '', next, refused: false } satisfies LoginPage)
  })

  .post('/login', async (c) => {
    const form = await parseForm(c, loginForm)
    const typed = form.ok ? form.values : { name: '', password: '', next: '' }
    const cookie = await signIn(c.var.db, typed.name, typed.password, visitorOf(c))
    const next = safeNext(typed.next)

    if (cookie) {
      await leaveSession(c)
      startSession(c, cookie)
      return c.redirect(next, 303)
    } else {
      const data: LoginPage = { name: typed.name, next, refused: true }
      return page(c, 'auth/login', data, 422)
    }
  })

export const profileRoutes = new Hono<Env>()

  // M-35: from somebody else's account it leads back to one's own.
  .post('/logout', async (c) => {
    const returned = await leaveAccount(c.var.db, c.var.session!.cookie, c.var.address)
    if (returned) {
      startSession(c, returned.cookie)
      return c.redirect(`/customers/${returned.accountId}`, 303)
    }
    await leaveSession(c)
    dropCookie(c, 'session')
    return c.redirect('/login', 303)
  })

  .get('/profile', async (c) => page(c, 'auth/profile', await profile(c)))

  // Where a reload after a refused form leads.
  .get('/profile/password', (c) => c.redirect('/profile', 303))

  .post('/profile/password', async (c) => {
    const { db, actor } = c.var
    const form = await attempt(c, passwordForm, (change) =>
      changeOwnPassword(db, actor, change, visitorOf(c)),
    )

    if (form.ok) {
      startSession(c, form.result)
      tell(c, 'Your password was changed. All your other sessions were ended.')
      return changed(c, '/profile')
    } else {
      return invalid(c, 'auth/profile', 'auth/_password', await profile(c, form))
    }
  })

async function profile(c: C, form?: FailedForm): Promise<ProfilePage> {
  return {
    form,
    minimum: await minimumLength(c.var.db),
    mustChange: c.var.session?.mustChangePassword ?? false,
    loginName: c.var.actor.loginName,
  }
}

/** A session that this browser had before ends with the new one (F-90). */
async function leaveSession(c: C) {
  const old = readCookie(c, 'session')
  if (old !== null) await closeSession(c.var.db, old)
}
