import { and, eq, gt, isNull, or, type SQL, sql } from 'drizzle-orm'
import { accounts, logins } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import type { Db } from '../db/database.ts'
import { ownActor } from './own-actor.ts'
import { apiTokens, type TokenScope } from './schema.ts'
import { isToken, tokenHash } from './token-value.ts'

/** A program that came by a token of its login. */
export interface Entered {
  tokenId: number
  actor: Actor
  scope: TokenScope
  timeZone: string | null
}

/**
 * With the rights that its login has now (F-123); null for a token that is none, is over, or whose
 * account is suspended or going. It is good again when a suspension is lifted: programs do not sign in anew.
 */
export async function enterByToken(
  db: Db,
  token: string,
  address: string | null,
): Promise<Entered | null> {
  if (!isToken(token)) return null
  const [row] = await db
    .select({ token: apiTokens, login: logins, account: accounts, unseen })
    .from(apiTokens)
    .innerJoin(logins, eq(logins.id, apiTokens.loginId))
    .innerJoin(accounts, eq(accounts.id, logins.accountId))
    .where(and(eq(apiTokens.hash, tokenHash(token)), inForce))
  if (!row) return null
  const { id: tokenId, name, scope } = row.token
  if (row.unseen || row.token.lastUsedFrom !== address) await note(db, tokenId, address)
  const actor = { ...ownActor(row, address), token: name }
  return { tokenId, actor, scope, timeZone: row.account.timeZone }
}

const unseen = sql<boolean>`${apiTokens.lastUsedAt} is null
  or ${apiTokens.lastUsedAt} < now() - interval '1 minute'`

const inForce: SQL = and(
  or(isNull(apiTokens.expiresAt), gt(apiTokens.expiresAt, sql`now()`)),
  eq(logins.mustChangePassword, false),
  eq(accounts.suspended, false),
  eq(accounts.removing, false),
  isNull(accounts.trashedUntil),
)!

const note = (db: Db, id: number, address: string | null) =>
  db
    .update(apiTokens)
    .set({ lastUsedAt: sql`now()`, lastUsedFrom: address })
    .where(eq(apiTokens.id, id))
