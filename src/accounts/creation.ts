import { and, eq } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Db, Transaction } from '../db/database.ts'
import { amongTexts } from '../db/many.ts'
import { Conflict, Forbidden, Taken } from '../errors.ts'
import { shareNames } from '../names/lock.ts'
import { checkLoginName } from '../names/login.ts'
import { assertStays, maySell, sells } from './access.ts'
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
  await shareNames(tx)

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

  await record(tx, actor, created({ ...account!, login: name }))
  return { account: account!, login }
}

export const created = (made: { id: number; name: string; kind: string; login: string }) => ({
  action: 'account.created',
  object: { kind: 'account', id: made.id, name: made.name },
  accountId: made.id,
  changes: { kind: { to: made.kind }, login: { to: made.login } },
})

/** Says nothing about whose it is (F-113). */
export const nameTaken = 'This user name is already in use.'

async function whyTaken(tx: Transaction, name: string, providerId: number): Promise<string> {
  return (await takenLogins(tx, [name], providerId)).get(name)?.sentence ?? nameTaken
}

export interface TakenLogin {
  sentence: string
  /** it is this provider's to see anyway */
  own: boolean
}

/** Which of these names are in use. What is in one's own trash keeps its names, and can be removed for good (F-19). */
export async function takenLogins(
  db: Db,
  names: string[],
  providerId: number,
): Promise<Map<string, TakenLogin>> {
  const rows = await db
    .select({
      name: logins.name,
      accountId: accounts.id,
      providerId: accounts.providerId,
      trashedUntil: accounts.trashedUntil,
    })
    .from(logins)
    .innerJoin(accounts, eq(accounts.id, logins.accountId))
    .where(amongTexts(logins.name, names))
  return new Map(
    rows.map(({ name, accountId, trashedUntil, ...row }) => {
      const below = row.providerId === providerId
      const sentence = below && trashedUntil ? nameInTrash : nameTaken
      return [name, { sentence, own: below || accountId === providerId }]
    }),
  )
}

const nameInTrash =
  'This user name is in the trash. Restore its account, or remove it for good first.'

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
        : and(eq(accounts.id, actor.accountId), sells),
    )
    .orderBy(accounts.id)
    .limit(1)
    .for('share')
  if (!provider) throw new Conflict('This account is being removed.')
  assertStays(provider)
  return provider
}
