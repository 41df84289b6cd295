import { and, eq, sql } from 'drizzle-orm'
import { assertStays, lockAccount, mayManage } from '../accounts/access.ts'
import { ownerLogin, renameLogin } from '../accounts/login.ts'
import { type Account, type Login, logins } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import { requireOwnHands } from '../audit/roles.ts'
import { requireHostPassword, shadowHash } from '../auth/crypt.ts'
import type { Owner } from '../auth/password-links.ts'
import { mailLoginChanged, mailPasswordChanged } from '../auth/password-mail.ts'
import { requireGoodPassword } from '../auth/password-policy.ts'
import { generatePassword, hashPassword } from '../auth/passwords.ts'
import { closeSessionsOf } from '../auth/sessions.ts'
import type { Database, Transaction } from '../db/database.ts'
import { Forbidden } from '../errors.ts'
import { keepCredentials } from './credentials.ts'
import { unlessProbing } from './probing.ts'
import { subscriptions } from './schema.ts'
import { changedRow, tellHosts } from './want.ts'

export interface LoginChange {
  login: string
  /** `keep`: only the name changes; `generate`: shown once afterwards */
  password: { typed: string } | 'keep' | 'generate'
  /** also for FTP and SSH of its subscriptions */
  alsoSubscriptions: boolean
  /** P-6: the customer is told by mail that it changed, not what to */
  notify: boolean
}

/** P-5: user name and password of the panel login; a new password ends its sessions. */
export async function changeLogin(
  db: Database,
  sealingKey: Buffer,
  actor: Actor,
  accountId: number,
  { login: name, password: wish, alsoSubscriptions, notify }: LoginChange,
): Promise<void> {
  requireOwnHands(actor)
  if (typeof wish === 'object') {
    await requireGoodPassword(db, 'password', wish.typed, [name])
    if (alsoSubscriptions) requireHostPassword('password', wish.typed)
  }
  const password = newPassword(wish)
  const passwordHash = password && (await hashPassword(password))
  const shadow = password && alsoSubscriptions ? shadowHash(password) : null

  const change = async (tx: Transaction) => {
    const account = await lockAccount(tx, actor, accountId)
    if (!mayManage(actor, account)) throw new Forbidden('Only the provider can change this.')
    assertStays(account)
    const login = await ownerLogin(tx, accountId)

    await renameLogin(tx, actor, account, login, name)
    if (passwordHash) await setLoginPassword(tx, actor, account, login, passwordHash)
    if (shadow) await setAllPasswords(tx, actor, accountId, shadow)
    if (notify) await tellOwner(tx, actor, { account, login }, name, password !== null)
    if (wish === 'generate') {
      await keepCredentials(
        tx,
        sealingKey,
        actor,
        { accountId },
        { occasion: 'changed', login: name, systemUser: null, password: password! },
      )
    }
  }
  await unlessProbing(db, actor, () => db.transaction(change))
}

async function tellOwner(
  tx: Transaction,
  actor: Actor,
  { account, login }: Owner,
  name: string,
  newPassword: boolean,
) {
  const now = { account, login: { ...login, name } }
  if (name !== login.name) await mailLoginChanged(tx, actor, now, login.name)
  if (newPassword) await mailPasswordChanged(tx, actor, now)
}

/** Its row's account is locked. */
export async function setLoginPassword(
  tx: Transaction,
  actor: Actor,
  account: Account,
  login: Login,
  passwordHash: string,
  mustChangePassword = false,
) {
  await tx.update(logins).set({ passwordHash, mustChangePassword }).where(eq(logins.id, login.id))
  await closeSessionsOf(tx, login.id)
  await record(tx, actor, {
    action: 'login.password_changed',
    object: { kind: 'login', id: login.id, name: login.name },
    accountId: account.id,
  })
}

/** of FTP and SSH. */
export async function setAllPasswords(
  tx: Transaction,
  actor: Actor,
  accountId: number,
  passwordHash: string,
) {
  const which = and(eq(subscriptions.accountId, accountId), eq(subscriptions.removing, false))
  await tx
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(which)
    .orderBy(subscriptions.id)
    .for('update')
  const rows = await tx
    .update(subscriptions)
    .set({ passwordHash, generation: sql`${subscriptions.generation} + 1` })
    .where(which)
    .returning({ ...changedRow, domain: subscriptions.domain })
  await record(
    tx,
    actor,
    ...rows.map(({ id, domain }) => ({
      action: 'subscription.password_changed',
      object: { kind: 'subscription', id, name: domain },
      accountId,
    })),
  )
  await tellHosts(tx, actor, rows)
}

function newPassword(wish: LoginChange['password']): string | null {
  if (wish === 'keep') return null
  return wish === 'generate' ? generatePassword() : wish.typed
}
