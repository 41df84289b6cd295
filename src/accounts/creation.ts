import { and, eq, inArray } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Transaction } from '../db/database.ts'
import { Conflict, Forbidden, Taken } from '../errors.ts'
import { checkLoginName } from '../names/login.ts'
import { maySell } from './access.ts'
import type { Contact } from './contact.ts'
import { type Account, accounts, type Login, logins } from './schema.ts'

export interface NewAccount extends Contact {
  kind: 'customer' | 'reseller'
  description: string
  additionalInformation: string
  apiAccess: boolean
  login: string
  /** argon2id, made before the transaction */
  passwordHash: string
}

/**
 * An account below this provider, with its owner login (P-57, P-60, M-25).
 *
 * @throws {Invalid} at `login` when that name cannot be had
 */
export async function createAccount(
  tx: Transaction,
  actor: Actor,
  provider: Account,
  { login: name, passwordHash, ...wish }: NewAccount,
): Promise<{ account: Account; login: Login }> {
  checkLoginName(name)

  const [account] = await tx
    .insert(accounts)
    .values({ ...wish, providerId: provider.id, suspended: provider.suspended })
    .returning()
  const [login] = await tx
    .insert(logins)
    .values({ accountId: account!.id, name, passwordHash })
    .onConflictDoNothing()
    .returning()
  if (!login) throw new Taken('login', nameTaken)

  await record(tx, actor, {
    action: 'account.created',
    object: { kind: 'account', id: account!.id, name: wish.name },
    accountId: account!.id,
    changes: { kind: { to: wish.kind }, login: { to: name } },
  })
  return { account: account!, login }
}

/** Says nothing about whose it is (F-113). */
export const nameTaken = 'This user name is already in use.'

/** Resellers are made by admins only: there are none below resellers (F-114). */
export const mayCreate = (actor: Actor, kind: NewAccount['kind']): boolean =>
  maySell(actor) && (kind === 'customer' || actor.kind === 'admin')

/** Whom new accounts of this actor belong to; its suspension waits. The system acts for the first admin. */
export async function lockProvider(
  tx: Transaction,
  actor: Actor,
  kind: NewAccount['kind'],
): Promise<Account> {
  if (!mayCreate(actor, kind)) throw new Forbidden('You cannot create such an account.')
  const [provider] = await tx
    .select()
    .from(accounts)
    .where(
      actor.accountId === 0
        ? eq(accounts.kind, 'admin')
        : and(eq(accounts.id, actor.accountId), inArray(accounts.kind, ['admin', 'reseller'])),
    )
    .orderBy(accounts.id)
    .limit(1)
    .for('share')
  if (!provider || provider.removing) throw new Conflict('This account is being removed.')
  return provider
}
