import { and, eq, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { accounts, logins } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Database, Db } from '../db/database.ts'
import { sessions, visits } from './schema.ts'
import { left, sessionHash } from './session-store.ts'
import { isCookie, newCookie } from './sessions.ts'

export interface Returned {
  /** of the own session, under a new id (F-90) */
  cookie: string
  /** the account it comes back from */
  accountId: number
}

/**
 * M-35: ends the session in somebody's account, whether it is over already (F-122) or not, and
 * wakes the own one that waits behind it. null: this cookie is no such session.
 */
export async function leaveAccount(
  db: Database,
  cookie: string,
  address: string | null,
): Promise<Returned | null> {
  const visit = isCookie(cookie) ? await find(db, cookie) : undefined
  if (!visit?.parent) return null
  const { parent, actor } = visit

  return db.transaction(async (tx) => {
    const ended = await tx
      .delete(sessions)
      .where(eq(sessions.id, sessionHash(cookie)))
      .returning({ visitId: sessions.visitId })
    if (ended.length === 0) return null
    const own = newCookie()
    const woken = await tx
      .update(sessions)
      .set({ id: sessionHash(own), lastSeenAt: sql`now()` })
      .where(and(eq(sessions.number, parent), sql`${left} > 0`))
      .returning({ number: sessions.number })
    const [{ visitId } = { visitId: null }] = ended
    if (visitId) await tx.update(visits).set({ endedAt: sql`now()` }).where(eq(visits.id, visitId))
    await record(
      tx,
      { ...actor, address },
      {
        action: 'impersonation.ended',
        object: { kind: 'account', id: actor.accountId, name: visit.name },
        accountId: actor.accountId,
      },
    )
    return woken.length > 0 ? { cookie: own, accountId: actor.accountId } : null
  })
}

async function find(db: Db, cookie: string) {
  const impersonator = alias(logins, 'impersonator')
  const [row] = await db
    .select({
      parent: sessions.parent,
      name: accounts.name,
      actor: {
        accountId: accounts.id,
        kind: accounts.kind,
        loginId: logins.id,
        loginName: logins.name,
        role: logins.role,
      },
      impersonator: {
        accountId: impersonator.accountId,
        loginId: impersonator.id,
        loginName: impersonator.name,
      },
    })
    .from(sessions)
    .innerJoin(logins, eq(logins.id, sessions.loginId))
    .innerJoin(accounts, eq(accounts.id, logins.accountId))
    .innerJoin(impersonator, eq(impersonator.id, sessions.impersonatorLoginId))
    .where(eq(sessions.id, sessionHash(cookie)))
  if (!row) return
  const { impersonator: person, actor, ...rest } = row
  return { ...rest, actor: { ...actor, impersonator: person, address: null } satisfies Actor }
}
