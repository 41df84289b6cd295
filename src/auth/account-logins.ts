import { and, asc, eq, isNotNull } from 'drizzle-orm'
import { findAccount, mayManage } from '../accounts/access.ts'
import { type Account, logins } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { mayChange, maySeeSecrets } from '../audit/roles.ts'
import type { Db } from '../db/database.ts'
import { Forbidden, NotFound } from '../errors.ts'
import { secondFactors } from './schema.ts'

/** Who may let others into this account: its owner, and who provides for it. */
export const mayManageLogins = (actor: Actor, account: Account): boolean =>
  maySeeSecrets(actor) &&
  ((mayChange(actor, 'logins') && actor.accountId === account.id) || mayManage(actor, account))

/** Its owner first. */
export function loginsOf(db: Db, accountId: number) {
  return db
    .select({
      id: logins.id,
      name: logins.name,
      role: logins.role,
      email: logins.email,
      lastLoginAt: logins.lastLoginAt,
      secondFactor: secondFactors.confirmedAt,
    })
    .from(logins)
    .leftJoin(
      secondFactors,
      and(eq(secondFactors.loginId, logins.id), isNotNull(secondFactors.confirmedAt)),
    )
    .where(eq(logins.accountId, accountId))
    .orderBy(asc(logins.role), asc(logins.name))
}

export type ListedLogin = Awaited<ReturnType<typeof loginsOf>>[number]

/** For a page about it. */
export async function furtherLogin(db: Db, actor: Actor, accountId: number, loginId: number) {
  const account = await managedAccount(db, actor, accountId)
  const found = await loginsOf(db, accountId)
  const login = found.find(({ id, role }) => id === loginId && role !== 'owner')
  if (!login) throw new NotFound()
  return { account, login }
}

export async function managedAccount(db: Db, actor: Actor, accountId: number): Promise<Account> {
  const account = await findAccount(db, actor, accountId)
  if (!mayManageLogins(actor, account)) throw new Forbidden(notYours)
  return account
}

export const notYours = 'Only the owner of this account and its provider can change this.'
