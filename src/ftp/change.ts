import { eq, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import { requireOwnHands } from '../audit/roles.ts'
import { keepToShow } from '../auth/shown-once.ts'
import type { Database } from '../db/database.ts'
import { want } from '../subscriptions/want.ts'
import { findFtpLogin, lockFtpLogin } from './access.ts'
import { ftpFolder } from './folder.ts'
import { loginPassword, shownOnce } from './login-password.ts'
import { ftpLogins } from './schema.ts'

/** @returns the job's number, null when nothing differs */
export function changeFolder(
  db: Database,
  actor: Actor,
  id: number,
  wish: { version: number; folder: string },
): Promise<number | null> {
  const folder = ftpFolder(wish.folder)
  return db.transaction(async (tx) => {
    const { login, subscription, account } = await lockFtpLogin(tx, actor, id, wish.version)
    if (login.folder === folder) return null
    await tx
      .update(ftpLogins)
      .set({ folder, version: sql`${ftpLogins.version} + 1` })
      .where(eq(ftpLogins.id, id))
    await record(tx, actor, {
      action: 'ftp_login.changed',
      object: { kind: 'ftp_login', id, name: login.name },
      accountId: account.id,
      changes: { folder: { from: login.folder, to: folder } },
    })
    return want(tx, actor, subscription, {})
  })
}

export async function changeFtpPassword(
  db: Database,
  sealingKey: Buffer,
  actor: Actor,
  id: number,
  typed: string,
): Promise<{ generated: boolean; jobId: number }> {
  requireOwnHands(actor)
  const { login: before, subscription: owner } = await findFtpLogin(db, actor, id)
  const password = await loginPassword(db, typed, [before.name, owner.systemUser])

  return db.transaction(async (tx) => {
    const { login, subscription, account } = await lockFtpLogin(tx, actor, id)
    await tx.update(ftpLogins).set({ passwordHash: password.hash }).where(eq(ftpLogins.id, id))
    if (password.generated)
      await keepToShow(tx, sealingKey, actor, shownOnce(id), password.generated)
    await record(tx, actor, {
      action: 'ftp_login.password_changed',
      object: { kind: 'ftp_login', id, name: login.name },
      accountId: account.id,
    })
    const jobId = await want(tx, actor, subscription, {})
    return { generated: password.generated !== null, jobId }
  })
}
