import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import { requireOwnHands } from '../audit/roles.ts'
import type { Database, Db } from '../db/database.ts'
import { sessions } from './schema.ts'
import { left } from './session-store.ts'
import { closeOtherSessionsOf } from './sessions.ts'

export type OwnSession = Awaited<ReturnType<typeof ownSessions>>[number]

/** Where this login is signed in; visits of its provider are told elsewhere. */
export function ownSessions(db: Db, actor: Actor) {
  requireOwnHands(actor)
  return sessionsOf(db, actor.loginId!)
}

/** Open ones, the one used last first. */
export function sessionsOf(db: Db, loginId: number) {
  return db
    .select({
      number: sessions.number,
      createdAt: sessions.createdAt,
      lastSeenAt: sessions.lastSeenAt,
      address: sessions.address,
      userAgent: sessions.userAgent,
    })
    .from(sessions)
    .where(and(of(loginId), sql`${left} > 0`))
    .orderBy(desc(sessions.lastSeenAt))
    .limit(100)
}

/** Somebody else's is none, and so is one that ended meanwhile: either way it is not there. */
export async function endSession(db: Database, actor: Actor, number: number): Promise<void> {
  requireOwnHands(actor)
  await db.transaction(async (tx) => {
    const ended = await tx
      .delete(sessions)
      .where(and(its(actor), eq(sessions.number, number)))
      .returning({ address: sessions.address })
    if (ended.length > 0) await record(tx, actor, happening(actor, 'login.session_ended'))
  })
}

/** `number`: of the one that stays. */
export async function endOtherSessions(db: Database, actor: Actor, number: number): Promise<void> {
  requireOwnHands(actor)
  await db.transaction(async (tx) => {
    await closeOtherSessionsOf(tx, actor.loginId!, number)
    await record(tx, actor, happening(actor, 'login.sessions_ended'))
  })
}

const its = (actor: Actor) => of(actor.loginId!)

const of = (loginId: number) =>
  and(eq(sessions.loginId, loginId), isNull(sessions.impersonatorLoginId))

const happening = (actor: Actor, action: string) => ({
  action,
  object: { kind: 'login', id: actor.loginId, name: actor.loginName },
  accountId: actor.accountId,
})
