import { eq } from 'drizzle-orm'
import { logins } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Database } from '../db/database.ts'
import { NotFound } from '../errors.ts'
import { generatePassword, hashPassword } from './passwords.ts'
import { removeSecondFactor } from './second-factor.ts'
import { closeSessionsOf } from './sessions.ts'

/**
 * For an admin whom nobody above could let in again: a new password, to be changed at the next
 * login, and no second factor. Whoever may run this on the panel's machine could do worse.
 *
 * @returns the password, to be printed this once
 */
export async function rescueLogin(db: Database, actor: Actor, name: string): Promise<string> {
  const password = generatePassword()
  const passwordHash = await hashPassword(password)
  await db.transaction(async (tx) => {
    const [login] = await tx
      .update(logins)
      .set({ passwordHash, mustChangePassword: true })
      .where(eq(logins.name, name.toLowerCase()))
      .returning()
    if (!login) throw new NotFound('There is no such login.')
    await removeSecondFactor(tx, actor, login, 'login.second_factor_reset')
    await closeSessionsOf(tx, login.id)
    await record(tx, actor, {
      action: 'login.password_changed',
      object: { kind: 'login', id: login.id, name: login.name },
      accountId: login.accountId,
    })
  })
  return password
}
