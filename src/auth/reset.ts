import { and, eq } from 'drizzle-orm'
import { logins } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Database, Transaction } from '../db/database.ts'
import { NotFound, TooMany } from '../errors.ts'
import { countFrom, windowMinutes } from './attempts.ts'
import { ownActor } from './own-actor.ts'
import { passwordLinkOf, usePasswordLink } from './password-links.ts'
import { requireGoodPassword } from './password-policy.ts'
import { hashPassword } from './passwords.ts'
import { tellPerson } from './person-notice.ts'
import { closeSessionsOf, type Visitor } from './sessions.ts'

/** What else goes with the new password, e.g. that of FTP and SSH. */
export type Also = (tx: Transaction, actor: Actor, accountId: number) => Promise<void>

/**
 * Chooses the password a link was mailed for. A second factor stays: it is another thing that one
 * has, and a mailbox that was broken into must not be enough.
 *
 * @throws {NotFound} for a link that is no good any more; {Invalid} at `password`
 */
export async function resetPassword(
  db: Database,
  token: string,
  password: string,
  { address }: Visitor,
  also?: Also,
): Promise<void> {
  const owner = await passwordLinkOf(db, token)
  if (!owner) {
    const guesses = await countFrom(db, 'password link', address)
    if (guesses > mostGuesses) throw new TooMany('Too many tries. Please wait.', windowMinutes * 60)
    throw new NotFound(deadLink)
  }
  await requireGoodPassword(db, 'password', password, [owner.login.name, owner.account.name])
  const passwordHash = await hashPassword(password)

  await db.transaction(async (tx) => {
    const { login } = owner
    const changed = await tx
      .update(logins)
      .set({ passwordHash, mustChangePassword: false })
      .where(and(eq(logins.id, login.id), eq(logins.passwordHash, login.passwordHash)))
      .returning({ id: logins.id })
    if (changed.length === 0 || !(await usePasswordLink(tx, token, login.id))) {
      throw new NotFound(deadLink)
    }
    await closeSessionsOf(tx, login.id)
    const actor = ownActor(owner, address)
    await record(tx, actor, {
      action: 'login.password_reset',
      object: { kind: 'login', id: login.id, name: login.name },
      accountId: login.accountId,
    })
    await tellPerson(tx, actor, owner, 'passwordChanged', { login: login.name })
    await also?.(tx, actor, login.accountId)
  })
}

/** From one address, in a quarter of an hour. */
const mostGuesses = 10

export const deadLink = 'This link was used before, is too old, or is not whole. Ask for a new one.'
