import { and, eq } from 'drizzle-orm'
import { type Login, logins } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Database } from '../db/database.ts'
import { Forbidden, Invalid, Stale } from '../errors.ts'
import { allowAttempt, attemptBy, forgetAttempt } from './attempts.ts'
import { requireGoodPassword } from './password-policy.ts'
import { hashPassword, verifyPassword } from './passwords.ts'
import { closeSessionsOf, openSession, type Visitor } from './sessions.ts'

export interface PasswordChange {
  current: string
  password: string
}

/**
 * S-41. Ends every session of this login and answers the cookie of a new one for the person who
 * asked (F-90, F-92). Hashing comes before the transaction: it takes longer than all of it.
 */
export async function changeOwnPassword(
  db: Database,
  actor: Actor,
  { current, password }: PasswordChange,
  visitor: Visitor,
): Promise<string> {
  const login = await ownLogin(db, actor)
  await requireCurrent(db, login, current, visitor)
  await requireGoodPassword(db, 'password', password, [login.name])
  const passwordHash = await hashPassword(password)

  return db.transaction(async (tx) => {
    const changed = await tx
      .update(logins)
      .set({ passwordHash, mustChangePassword: false })
      .where(and(eq(logins.id, login.id), eq(logins.passwordHash, login.passwordHash)))
      .returning({ id: logins.id })
    if (changed.length === 0) throw new Stale('Your password was changed meanwhile.')

    await record(tx, actor, {
      action: 'login.password_changed',
      object: { kind: 'login', id: login.id, name: login.name },
      accountId: login.accountId,
    })
    await closeSessionsOf(tx, login.id)
    return openSession(tx, login.id, visitor)
  })
}

/** Counted like tries to sign in: a session left open is no way to guess the password. */
async function requireCurrent(db: Database, login: Login, current: string, { address }: Visitor) {
  const attempt = attemptBy(`current password of ${login.id}`, address)
  const allowed = await allowAttempt(db, attempt)
  const right = await verifyPassword(login.passwordHash, current)
  if (!allowed || !right) throw new Invalid('current', 'This is not your current password.')
  await forgetAttempt(db, attempt)
}

/** Who works as somebody else may not change that person's way in (F-119). */
async function ownLogin(db: Database, actor: Actor): Promise<Login> {
  if (actor.loginId === null || actor.impersonator) {
    throw new Forbidden('Only the person it belongs to can change this password.')
  }
  const [login] = await db.select().from(logins).where(eq(logins.id, actor.loginId))
  if (!login) throw new Forbidden('Only the person it belongs to can change this password.')
  return login
}
