import { and, eq, inArray, isNotNull } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Transaction } from '../db/database.ts'
import { Conflict, Forbidden, Taken } from '../errors.ts'
import { checkLoginName } from '../names/login.ts'
import { assertStays, maySell } from './access.ts'
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
  if (!login) throw new Taken('login', await whyTaken(tx, name, provider.id))

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

/** What is in one's own trash keeps its names, and can be removed for good (F-19). */
async function whyTaken(tx: Transaction, name: string, providerId: number): Promise<string> {
  const [own] = await tx
    .select({ id: accounts.id })
    .from(logins)
    .innerJoin(accounts, eq(accounts.id, logins.accountId))
    .where(
      and(
        eq(logins.name, name),
        eq(accounts.providerId, providerId),
        isNotNull(accounts.trashedUntil),
      ),
    )
  return own
    ? 'This user name is in the trash. Restore its account, or remove it for good first.'
    : nameTaken
}

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
  if (!provider) throw new Conflict('This account is being removed.')
  assertStays(provider)
  return provider
}
