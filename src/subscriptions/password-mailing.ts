import { assertStays, lockAccount, mayManage } from '../accounts/access.ts'
import { ownerLogin } from '../accounts/login.ts'
import type { Actor } from '../audit/actor.ts'
import { requireOwnHands } from '../audit/roles.ts'
import { shadowHash } from '../auth/crypt.ts'
import { mailNewPassword, requireMail } from '../auth/password-mail.ts'
import { generatePassword, hashPassword } from '../auth/passwords.ts'
import type { Database } from '../db/database.ts'
import { Forbidden } from '../errors.ts'
import { setAllPasswords, setLoginPassword } from './login-change.ts'

/**
 * M-42: a strong one, which must be changed at the next login.
 *
 * @param alsoSubscriptions R-1: also for FTP and SSH of its subscriptions
 */
export async function resetAndMailPassword(
  db: Database,
  sealingKey: Buffer,
  actor: Actor,
  accountId: number,
  alsoSubscriptions: boolean,
): Promise<void> {
  requireOwnHands(actor)
  await requireMail(db)
  const password = generatePassword()
  const passwordHash = await hashPassword(password)
  const shadow = alsoSubscriptions ? shadowHash(password) : null

  await db.transaction(async (tx) => {
    const account = await lockAccount(tx, actor, accountId)
    if (!mayManage(actor, account)) throw new Forbidden('Only the provider can change this.')
    assertStays(account)
    const login = await ownerLogin(tx, accountId)
    await setLoginPassword(tx, actor, account, login, passwordHash, true)
    if (shadow) await setAllPasswords(tx, actor, accountId, shadow)
    await mailNewPassword(tx, actor, sealingKey, { account, login }, password)
  })
}
