import { and, eq } from 'drizzle-orm'
import { logins } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Database } from '../db/database.ts'
import { Stale } from '../errors.ts'
import { requireCurrentPassword } from './current-password.ts'
import { requireGoodPassword } from './password-policy.ts'
import { hashPassword } from './passwords.ts'
import { personOf, tellPerson } from './person-notice.ts'
import type { Also } from './reset.ts'
import { closeSessionsOf, openSession, type Visitor } from './sessions.ts'

export interface PasswordChange {
  current: string
  password: string
}

/**
 * S-41. Tells its person by mail, ends every session of this login and answers the cookie of a new one for the person who
 * asked (F-90, F-92). Hashing comes before the transaction: it takes longer than all of it.
 */
export async function changeOwnPassword(
  db: Database,
  actor: Actor,
  { current, password }: PasswordChange,
  visitor: Visitor,
  also?: Also,
): Promise<string> {
  const login = await requireCurrentPassword(db, actor, current, visitor)
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
    await tellPerson(tx, actor, await personOf(tx, login.id), 'passwordChanged', {
      login: login.name,
    })
    await also?.(tx, actor, login.accountId)
    return openSession(tx, login.id, visitor)
  })
}
