import { and, eq, gt, sql } from 'drizzle-orm'
import type { Database, Db } from '../db/database.ts'
import { takeCode } from './code.ts'
import { halfSignIns } from './schema.ts'
import { sessionHash } from './session-store.ts'
import { isCookie, newCookie, type Visitor } from './sessions.ts'
import { enter, findLogin, mayEnter } from './sign-in.ts'

/** The password was right: answers the cookie with which the code must come. */
export async function openHalfSignIn(db: Db, loginId: number): Promise<string> {
  const cookie = newCookie()
  await db.insert(halfSignIns).values({
    id: sessionHash(cookie),
    loginId,
    expiresAt: sql`now() + interval '5 minutes'`,
  })
  return cookie
}

/** Whose code is awaited; null when it took too long. */
export async function halfSignedIn(db: Db, cookie: string | null): Promise<number | null> {
  if (cookie === null || !isCookie(cookie)) return null
  const [half] = await db.select().from(halfSignIns).where(alive(cookie))
  return half?.loginId ?? null
}

/**
 * Answers the new session's cookie; null for a wrong code.
 *
 * @throws {TooMany}
 */
export async function finishSignIn(
  db: Database,
  sealingKey: Buffer,
  cookie: string,
  code: string,
  visitor: Visitor,
): Promise<string | null> {
  const loginId = await halfSignedIn(db, cookie)
  if (loginId === null || !(await takeCode(db, sealingKey, loginId, code, visitor.address)))
    return null
  const found = await findLogin(db, { id: loginId })
  if (!found || !mayEnter(found.account)) return null
  await db.delete(halfSignIns).where(eq(halfSignIns.id, sessionHash(cookie)))
  return enter(db, found, visitor)
}

const alive = (cookie: string) =>
  and(eq(halfSignIns.id, sessionHash(cookie)), gt(halfSignIns.expiresAt, sql`now()`))
