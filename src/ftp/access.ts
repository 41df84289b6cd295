import { and, eq, inArray, type SQL } from 'drizzle-orm'
import { visibleAccountIds } from '../accounts/access.ts'
import { type Account, accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import type { Db, Transaction } from '../db/database.ts'
import { NotFound, Stale } from '../errors.ts'
import { lockToChangeContents } from '../subscriptions/access.ts'
import { type Subscription, subscriptions } from '../subscriptions/schema.ts'
import { type FtpLogin, ftpLogins } from './schema.ts'

export interface OwnedFtpLogin {
  login: FtpLogin
  subscription: Subscription
  account: Account
}

/** For queries that join `subscriptions`: a login is as visible as the account that has it. */
export const visibleFtpLogins = (db: Db, actor: Actor): SQL =>
  inArray(subscriptions.accountId, visibleAccountIds(db, actor))

export async function findFtpLogin(db: Db, actor: Actor, id: number): Promise<OwnedFtpLogin> {
  const [found] = await db
    .select({ login: ftpLogins, subscription: subscriptions, account: accounts })
    .from(ftpLogins)
    .innerJoin(subscriptions, eq(subscriptions.id, ftpLogins.subscriptionId))
    .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
    .where(and(eq(ftpLogins.id, id), visibleFtpLogins(db, actor)))
  if (!found) throw new NotFound()
  return found
}

/**
 * Its subscription is locked until the transaction ends, and with it all its logins.
 *
 * @throws {Stale} when it was changed since `version` (F-73)
 */
export async function lockFtpLogin(
  tx: Transaction,
  actor: Actor,
  id: number,
  version?: number,
): Promise<OwnedFtpLogin> {
  const { subscription } = await findFtpLogin(tx, actor, id)
  const owned = await lockToChangeContents(tx, actor, subscription.id)
  const [login] = await tx.select().from(ftpLogins).where(eq(ftpLogins.id, id))
  if (!login) throw new NotFound()
  if (version !== undefined && login.version !== version) {
    throw new Stale('Somebody else has changed this FTP login meanwhile.')
  }
  return { ...owned, login }
}
