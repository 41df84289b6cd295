import { eq } from 'drizzle-orm'
import { type Login, logins } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import type { Database } from '../db/database.ts'
import { Forbidden, Invalid } from '../errors.ts'
import { allowAttempt, attemptBy, forgetAttempt } from './attempts.ts'
import { verifyPassword } from './passwords.ts'
import type { Visitor } from './sessions.ts'

/**
 * Before anything about a way in is changed: the login of who is asking, when this is its password.
 * Counted like tries to sign in: a session left open is no way to guess the password.
 *
 * @throws {Invalid} at `current`
 */
export async function requireCurrentPassword(
  db: Database,
  actor: Actor,
  current: string,
  { address }: Visitor,
): Promise<Login> {
  const login = await ownLogin(db, actor)
  const attempt = attemptBy(`current password of ${login.id}`, address)
  const allowed = await allowAttempt(db, attempt)
  const right = await verifyPassword(login.passwordHash, current)
  if (!allowed || !right) throw new Invalid('current', 'This is not your current password.')
  await forgetAttempt(db, attempt)
  return login
}

/** Who works as somebody else may not change that person's way in (F-119). */
export async function ownLogin(db: Database, actor: Actor): Promise<Login> {
  if (actor.loginId === null || actor.impersonator) throw new Forbidden(notYours)
  const [login] = await db.select().from(logins).where(eq(logins.id, actor.loginId))
  if (!login) throw new Forbidden(notYours)
  return login
}

const notYours = 'Only the person it belongs to can change this.'
