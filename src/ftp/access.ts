import type { Actor } from '../audit/actor.ts'
import type { Db, Transaction } from '../db/database.ts'
import type { Owned } from '../subscriptions/access.ts'
import { assertUnchanged, findContent, lockContent } from '../subscriptions/content-access.ts'
import { type FtpLogin, ftpLogins } from './schema.ts'

export interface OwnedFtpLogin extends Owned {
  login: FtpLogin
}

export async function findFtpLogin(db: Db, actor: Actor, id: number): Promise<OwnedFtpLogin> {
  const { content: login, ...owned } = await findContent(db, actor, ftpLogins, id)
  return { login, ...owned }
}

/** @throws {Stale} when it was changed since `version` (F-73) */
export async function lockFtpLogin(
  tx: Transaction,
  actor: Actor,
  id: number,
  version?: number,
): Promise<OwnedFtpLogin> {
  const { content: login, ...owned } = await lockContent(tx, actor, ftpLogins, id)
  assertUnchanged(login, version, 'Somebody else has changed this FTP login meanwhile.')
  return { login, ...owned }
}
