import { mayManage } from '../accounts/access.ts'
import { ownerLogin } from '../accounts/login.ts'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import { requireHostPassword, shadowHash } from '../auth/crypt.ts'
import { requireGoodPassword } from '../auth/password-policy.ts'
import { generatePassword, hashPassword } from '../auth/passwords.ts'
import type { Database } from '../db/database.ts'
import { Forbidden } from '../errors.ts'
import { findSubscription, lockSubscription, mayChangePassword } from './access.ts'
import { keepCredentials } from './credentials.ts'
import { setLoginPassword } from './login-change.ts'
import { want } from './want.ts'

export interface PasswordChange {
  password: { typed: string } | 'generate'
  /** also for the panel login of its account; the provider only */
  alsoLogin: boolean
}

/**
 * S-40, S-41: a new password for FTP and SSH; the user name stays (S-42).
 *
 * @returns the job's number
 */
export async function changePassword(
  db: Database,
  sealingKey: Buffer,
  actor: Actor,
  id: number,
  { password: wish, alsoLogin }: PasswordChange,
): Promise<number> {
  const { subscription: before } = await findSubscription(db, actor, id)
  if (wish !== 'generate') {
    await requireGoodPassword(db, 'password', wish.typed, [before.systemUser, before.domain])
    requireHostPassword('password', wish.typed)
  }
  const password = wish === 'generate' ? generatePassword() : wish.typed
  const passwordHash = shadowHash(password)
  const panelHash = alsoLogin ? await hashPassword(password) : null

  return db.transaction(async (tx) => {
    const owned = await lockSubscription(tx, actor, id)
    const { subscription, account } = owned
    if (!mayChangePassword(actor, owned)) throw new Forbidden('Only the provider can change this.')
    const login = await ownerLogin(tx, account.id)

    if (panelHash) {
      if (!mayManage(actor, account))
        throw new Forbidden('Change your own password in your profile.')
      await setLoginPassword(tx, actor, account, login, panelHash)
    }
    await record(tx, actor, {
      action: 'subscription.password_changed',
      object: { kind: 'subscription', id, name: subscription.domain },
      accountId: account.id,
    })
    if (wish === 'generate') {
      await keepCredentials(
        tx,
        sealingKey,
        actor,
        { subscriptionId: id },
        {
          occasion: 'changed',
          systemUser: subscription.systemUser,
          login: panelHash ? login.name : null,
          password,
        },
      )
    }
    return want(tx, actor, subscription, { passwordHash })
  })
}
