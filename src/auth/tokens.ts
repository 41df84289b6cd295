import { and, desc, eq, type SQL, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import { requireOwnHands } from '../audit/roles.ts'
import type { Database, Db, Transaction } from '../db/database.ts'
import { Conflict } from '../errors.ts'
import { requireCurrentPassword } from './current-password.ts'
import { personOf, tellPerson } from './person-notice.ts'
import { apiTokens, type TokenScope } from './schema.ts'
import { keepSecret, takeSecret } from './sealing.ts'
import type { Visitor } from './sessions.ts'
import { newToken, tokenHash } from './token-value.ts'

export interface TokenWish {
  name: string
  scope: TokenScope
  /** null: until somebody ends it */
  days: number | null
  /** the password of who asks: a session left open is not enough */
  current: string
}

const most = 50

export type OwnToken = Awaited<ReturnType<typeof ownTokens>>[number]

/** Nobody else's, also not for who works in the account (F-119). */
export function ownTokens(db: Db, actor: Actor) {
  requireOwnHands(actor)
  return db
    .select({
      id: apiTokens.id,
      name: apiTokens.name,
      scope: apiTokens.scope,
      expiresAt: apiTokens.expiresAt,
      over: sql<boolean>`coalesce(${apiTokens.expiresAt} <= now(), false)`,
      createdAt: apiTokens.createdAt,
      lastUsedAt: apiTokens.lastUsedAt,
      lastUsedFrom: apiTokens.lastUsedFrom,
    })
    .from(apiTokens)
    .where(eq(apiTokens.loginId, actor.loginId!))
    .orderBy(desc(apiTokens.id))
}

/**
 * Its person is told by mail. A token makes none: nothing of this is in the API (F-124).
 *
 * @returns its number; the token itself waits to be shown once
 */
export async function makeToken(
  db: Database,
  sealingKey: Buffer,
  actor: Actor,
  { name, scope, days, current }: TokenWish,
  visitor: Visitor,
): Promise<number> {
  const login = await requireCurrentPassword(db, actor, current, visitor)
  const token = newToken()
  return db.transaction(async (tx) => {
    await requireRoom(tx, login.id)
    const [made] = await tx
      .insert(apiTokens)
      .values({ loginId: login.id, name, scope, hash: tokenHash(token), expiresAt: after(days) })
      .returning({ id: apiTokens.id })
    const { id } = made!
    await keepSecret(tx, sealingKey, { ...secretOf(login.id, id), text: token, minutes: 15 })
    await record(tx, actor, {
      action: 'token.made',
      object: { kind: 'token', id, name },
      accountId: actor.accountId,
      changes: { scope: { to: scope } },
    })
    await tellPerson(tx, actor, await personOf(tx, login.id), 'tokenMade', { login: login.name })
    return id
  })
}

/** Once; undefined for anybody else, and the second time (F-52). */
export async function takeToken(db: Db, sealingKey: Buffer, actor: Actor, id: number) {
  requireOwnHands(actor)
  return takeSecret(db, sealingKey, secretOf(actor.loginId!, id))
}

const secretOf = (loginId: number, id: number) => ({ purpose: 'API token', objectId: id, loginId })

/** Somebody else's is none, and so is one that was ended meanwhile: either way it is not there. */
export async function endToken(db: Database, actor: Actor, id: number): Promise<void> {
  requireOwnHands(actor)
  await db.transaction(async (tx) => {
    const [ended] = await tx
      .delete(apiTokens)
      .where(and(eq(apiTokens.id, id), eq(apiTokens.loginId, actor.loginId!)))
      .returning({ name: apiTokens.name })
    if (!ended) return
    await record(tx, actor, {
      action: 'token.ended',
      object: { kind: 'token', id, name: ended.name },
      accountId: actor.accountId,
    })
  })
}

async function requireRoom(tx: Transaction, loginId: number) {
  const own = await tx.$count(apiTokens, eq(apiTokens.loginId, loginId))
  if (own >= most) throw new Conflict('You have {count} tokens. End one first.', { count: own })
}

const after = (days: number | null): SQL | null =>
  days === null ? null : sql`now() + make_interval(days => ${days})`
