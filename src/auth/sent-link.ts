import { assertStays, lockAccount, mayManage } from '../accounts/access.ts'
import { ownerLogin } from '../accounts/login.ts'
import type { Actor } from '../audit/actor.ts'
import { requireOwnHands } from '../audit/roles.ts'
import type { Database } from '../db/database.ts'
import { Conflict, Forbidden } from '../errors.ts'
import { mailResetLink, type Post, requireMail } from './password-mail.ts'

/** the provider has a link mailed; nobody but the customer ever knows the password (F-57). */
export async function sendResetLink(db: Database, actor: Actor, post: Post, accountId: number) {
  requireOwnHands(actor)
  await requireMail(db)
  await db.transaction(async (tx) => {
    const account = await lockAccount(tx, actor, accountId)
    if (!mayManage(actor, account)) throw new Forbidden('Only the provider can change this.')
    assertStays(account)
    if (account.suspended) throw new Conflict('This account is suspended: it cannot log in.')
    await mailResetLink(tx, actor, post, { account, login: await ownerLogin(tx, accountId) })
  })
}
