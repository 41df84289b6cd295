import { and, eq } from 'drizzle-orm'
import { assertStays, lockAccount } from '../accounts/access.ts'
import { nameTaken } from '../accounts/creation.ts'
import { type Account, type Login, logins } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { difference, record } from '../audit/record.ts'
import type { Database, Transaction } from '../db/database.ts'
import { Forbidden, NotFound, Taken } from '../errors.ts'
import { checkLoginName } from '../names/login.ts'
import { mayManageLogins, notYours } from './account-logins.ts'
import type { Owner } from './password-links.ts'
import {
  mailResetLink,
  mailSecondFactorReset,
  mailWelcome,
  type Post,
  requireMail,
} from './password-mail.ts'
import { requireGoodPassword } from './password-policy.ts'
import { generatePassword, hashPassword } from './passwords.ts'
import { tellPerson } from './person-notice.ts'
import { removeSecondFactor } from './second-factor.ts'
import { closeSessionsOf } from './sessions.ts'

/** the owner is there from the start and stays. */
export const furtherRoles = ['full', 'mail', 'read'] as const

export interface FurtherLogin {
  email: string
  role: (typeof furtherRoles)[number]
}

/**
 * Best without a password: then a link to choose one is mailed, and nobody else ever knows it. One
 * that is given must be changed at the first login.
 *
 * @throws {Invalid} at `login` or `password`; {Conflict} when no mail can be sent
 */
export async function addLogin(
  db: Database,
  actor: Actor,
  post: Post,
  accountId: number,
  { login: name, password, ...wish }: FurtherLogin & { login: string; password: string | null },
): Promise<void> {
  checkLoginName(name)
  if (password === null) await requireMail(db)
  else await requireGoodPassword(db, 'password', password, [name])
  const passwordHash = await hashPassword(password ?? generatePassword())
  await db.transaction(async (tx) => {
    const account = await lockToManage(tx, actor, accountId)
    const [login] = await tx
      .insert(logins)
      .values({ accountId, name, ...wish, passwordHash, mustChangePassword: password !== null })
      .onConflictDoNothing()
      .returning()
    if (!login) throw new Taken('login', nameTaken)
    if (password === null) await mailWelcome(tx, actor, post, { account, login })
    const { role, email } = wish
    await note(tx, actor, login, 'login.added', { role: { to: role }, email: { to: email } })
  })
}

/**
 * Another e-mail address is told to the one that was. Another role ends its sessions (by a trigger,
 * however it comes about).
 */
export async function changeFurtherLogin(
  db: Database,
  actor: Actor,
  accountId: number,
  loginId: number,
  wish: FurtherLogin,
): Promise<void> {
  await db.transaction(async (tx) => {
    const owner = await lockFurther(tx, actor, accountId, loginId)
    const { login } = owner
    const changes = difference(login, wish, ['role', 'email'])
    if (Object.keys(changes).length === 0) return
    await tx.update(logins).set(wish).where(eq(logins.id, loginId))
    await note(tx, actor, login, 'login.changed', changes)
    if (changes.email) {
      const words = { login: login.name, email: wish.email }
      await tellPerson(tx, actor, owner, 'emailChanged', words)
    }
  })
}

export async function removeFurtherLogin(
  db: Database,
  actor: Actor,
  accountId: number,
  loginId: number,
): Promise<void> {
  await db.transaction(async (tx) => {
    const { login } = await lockFurther(tx, actor, accountId, loginId)
    await closeSessionsOf(tx, loginId)
    await tx.delete(logins).where(eq(logins.id, loginId))
    const { role, email } = login
    await note(tx, actor, login, 'login.removed', { role: { from: role }, email: { from: email } })
  })
}

export async function mailLinkTo(
  db: Database,
  actor: Actor,
  post: Post,
  accountId: number,
  loginId: number,
): Promise<void> {
  await requireMail(db)
  await db.transaction(async (tx) => {
    await mailResetLink(tx, actor, post, await lockOne(tx, actor, accountId, loginId))
  })
}

/** For who lost their phone: ends the login's sessions, and its person is told by mail. */
export async function resetSecondFactor(
  db: Database,
  actor: Actor,
  accountId: number,
  loginId: number,
): Promise<void> {
  await db.transaction(async (tx) => {
    const owner = await lockOne(tx, actor, accountId, loginId)
    if (loginId === actor.loginId) throw new Forbidden('Turn off your own in your profile.')
    if (!(await removeSecondFactor(tx, actor, owner.login, 'login.second_factor_reset'))) return
    await closeSessionsOf(tx, loginId)
    await mailSecondFactorReset(tx, actor, owner)
  })
}

async function lockToManage(tx: Transaction, actor: Actor, accountId: number): Promise<Account> {
  const account = await lockAccount(tx, actor, accountId)
  if (!mayManageLogins(actor, account)) throw new Forbidden(notYours)
  assertStays(account)
  return account
}

async function lockOne(tx: Transaction, actor: Actor, accountId: number, loginId: number) {
  const account = await lockToManage(tx, actor, accountId)
  const [login] = await tx
    .select()
    .from(logins)
    .where(and(eq(logins.id, loginId), eq(logins.accountId, accountId)))
    .for('update')
  if (!login) throw new NotFound()
  return { account, login } satisfies Owner
}

async function lockFurther(tx: Transaction, actor: Actor, accountId: number, loginId: number) {
  const found = await lockOne(tx, actor, accountId, loginId)
  if (found.login.role === 'owner') throw new Forbidden('The owner of an account stays its owner.')
  return found
}

const note = (
  tx: Transaction,
  actor: Actor,
  login: Login,
  action: string,
  changes: Parameters<typeof record>[2]['changes'] = {},
) =>
  record(tx, actor, {
    action,
    object: { kind: 'login', id: login.id, name: login.name },
    accountId: login.accountId,
    changes,
  })
