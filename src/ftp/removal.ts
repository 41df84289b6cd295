import { eq } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Database } from '../db/database.ts'
import { want } from '../subscriptions/want.ts'
import { lockFtpLogin } from './access.ts'
import { ftpLogins } from './schema.ts'

/** Its folder and files stay. @returns the job's number */
export function removeFtpLogin(db: Database, actor: Actor, id: number): Promise<number> {
  return db.transaction(async (tx) => {
    const { login, subscription, account } = await lockFtpLogin(tx, actor, id)
    await tx.delete(ftpLogins).where(eq(ftpLogins.id, id))
    await record(tx, actor, {
      action: 'ftp_login.removed',
      object: { kind: 'ftp_login', id, name: login.name },
      accountId: account.id,
      changes: { subscription: { from: subscription.domain } },
    })
    return want(tx, actor, subscription, {})
  })
}
