import { eq } from 'drizzle-orm'
import { Hono } from 'hono'
import { z } from 'zod'
import { findAccount, mayWrite } from '../accounts/access.ts'
import {
  type ContactOptions,
  contactOptions,
  preferenceFields,
} from '../accounts/contact-fields.ts'
import { changePreferences, type Preferences } from '../accounts/preferences.ts'
import { accounts } from '../accounts/schema.ts'
import { maySeeSecrets } from '../audit/roles.ts'
import { retellReplies } from '../mail/time-zone.ts'
import { alsoForHosting, hasSubscriptions } from '../subscriptions/own-passwords.ts'
import { dropCookie } from '../web/cookies.ts'
import type { C, Env } from '../web/env.ts'
import { checkbox, currentPassword, newPassword } from '../web/fields.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { leaveSession, startSession, visitorOf } from '../web/visitor.ts'
import { hasSecondFactor } from './code.ts'
import { changeOwnPassword } from './own-password.ts'
import { ownSessions } from './own-sessions.ts'
import { minimumLength } from './password-policy.ts'
import { leaveAccount } from './return.ts'
import { latestVisits, type VisitShown } from './visitors.ts'

export interface ProfilePage extends PasswordPage {
  preferences: Preferences
  options: ContactOptions
  /** it may change those of its account */
  mayChange: boolean
  secondFactor: boolean
  sessions: number
  visits: VisitShown[]
}

export interface PasswordPage {
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

const preferencesForm = z.strictObject({ ...preferenceFields, accessibility: checkbox() })

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

  .get('/profile', async (c) => {
    if (c.var.session!.mustChangePassword) {
      return page(c, 'auth/password', await passwordPage(c))
    }
    return page(c, 'auth/profile', await profile(c))
  })

  .get('/profile/password', async (c) => page(c, 'auth/password', await passwordPage(c)))

  // S-41, R-1
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
      return invalid(c, 'auth/password', 'auth/_password', await passwordPage(c, form))
    }
  })

  .get('/profile/preferences', (c) => c.redirect('/profile', 303))

  // M-12, M-28
  .post('/profile/preferences', async (c) => {
    const { db, actor } = c.var
    const form = await attempt(c, preferencesForm, (wish) =>
      changePreferences(db, actor, wish, (tx, accountId) =>
        retellReplies(tx, actor, eq(accounts.id, accountId)),
      ),
    )
    if (!form.ok) return invalid(c, 'auth/profile', 'auth/profile', await profile(c, form))
    tell(c, 'Saved.')
    return changed(c, '/profile')
  })

async function profile(c: C, form?: FailedForm): Promise<ProfilePage> {
  const { db, actor } = c.var
  const [account, password, secondFactor, sessions, visits] = await Promise.all([
    findAccount(db, actor, actor.accountId),
    passwordPage(c, form),
    hasSecondFactor(db, actor.loginId!),
    maySeeSecrets(actor) ? ownSessions(db, actor) : [],
    latestVisits(db, actor.accountId),
  ])
  return {
    ...password,
    preferences: account,
    options: contactOptions(c),
    mayChange: mayWrite(actor),
    secondFactor,
    sessions: sessions.length,
    visits,
  }
}

async function passwordPage(c: C, form?: FailedForm): Promise<PasswordPage> {
  const { db, actor } = c.var
  return {
    form,
    minimum: await minimumLength(db),
    mustChange: c.var.session?.mustChangePassword ?? false,
    loginName: actor.loginName,
    hosting: actor.role === 'owner' && (await hasSubscriptions(db, actor.accountId)),
  }
}
