import { Hono } from 'hono'
import { z } from 'zod'
import { alsoForHosting, hasSubscriptions } from '../subscriptions/own-passwords.ts'
import { dropCookie } from '../web/cookies.ts'
import type { C, Env } from '../web/env.ts'
import { checkbox, currentPassword, newPassword } from '../web/fields.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { leaveSession, startSession, visitorOf } from '../web/visitor.ts'
import { changeOwnPassword } from './own-password.ts'
import { minimumLength } from './password-policy.ts'
import { leaveAccount } from './return.ts'

export interface ProfilePage {
  form: FailedForm | undefined
  minimum: number
  mustChange: boolean
  loginName: string
  /** it has FTP and SSH of its own */
  hosting: boolean
}

const passwordForm = z
  .strictObject({
    current: currentPassword(),
    password: newPassword(),
    repeat: z.string(),
    also: checkbox(),
  })
  .refine(({ password, repeat }) => password === repeat, {
    path: ['repeat'],
    error: 'The two new passwords differ.',
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
    const form = await attempt(c, passwordForm, (change) => {
      const also = change.also ? alsoForHosting(change.password) : undefined
      return changeOwnPassword(db, actor, change, visitorOf(c), also)
    })

    if (form.ok) {
      startSession(c, form.result)
      tell(c, 'Your password was changed. All your other sessions were ended.')
      return changed(c, '/profile')
    } else {
      return invalid(c, 'auth/profile', 'auth/_password', await profile(c, form))
    }
  })

async function profile(c: C, form?: FailedForm): Promise<ProfilePage> {
  const { db, actor } = c.var
  return {
    form,
    minimum: await minimumLength(db),
    mustChange: c.var.session?.mustChangePassword ?? false,
    loginName: actor.loginName,
    hosting: actor.role === 'owner' && (await hasSubscriptions(db, actor.accountId)),
  }
}
