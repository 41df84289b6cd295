import { and, eq, inArray, ne, or } from 'drizzle-orm'
import { generateIdFromEntropySize, Lucia, TimeSpan } from 'lucia'
import { logins } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import type { Db } from '../db/database.ts'
import { among } from '../db/many.ts'
import type { SystemSettings } from '../settings/catalogue.ts'
import { systemOf } from '../settings/reading.ts'
import { apiTokens, halfSignIns, sessions } from './schema.ts'
import { type Aside, idleMinutes, type SessionRow, sessionStore } from './session-store.ts'

/** Where a session is opened from. */
export interface Visitor {
  address: string | null
  userAgent: string | null
}

export interface SignedIn {
  /** the cookie's value: a secret, never shown or logged */
  cookie: string
  actor: Actor
  number: number
  mustChangePassword: boolean
  /** of the account it shows */
  name: string
  /** who really reads its pages, when that is somebody else */
  visitor: string | null
  /** the reader's own */
  language: string | null
  timeZone: string | null
  accessibility: boolean
  /** by the address of a list; for others the usual ones */
  columns: Record<string, readonly string[]>
  /** what an admin has decided */
  system: SystemSettings
}

/** Somebody works in another's account; `parent` is their own session, which waits. */
export interface Visit {
  impersonatorLoginId: number
  parent: number
  visitId: number
}

/** Answers the cookie's value; a new one at every sign-in, so that none can be planted (F-90). */
export async function openSession(
  db: Db,
  loginId: number,
  { address, userAgent }: Visitor,
  visit?: Visit,
): Promise<string> {
  const session = await lucia(db).createSession(loginId, {
    address,
    userAgent: userAgent?.slice(0, 300) ?? null,
    ...visit,
  })
  return session.id
}

export async function readSession<T = null>(
  db: Db,
  cookie: string,
  address: string | null,
  aside?: Aside<T>,
): Promise<(SignedIn & { aside: T }) | null> {
  if (!isCookie(cookie)) return null
  const { user } = await lucia(db, aside).validateSession(cookie)
  return user && { ...signedIn(user, cookie, address), aside: user.aside as T }
}

/** As lucia makes them: 200 bits. */
export const newCookie = () => generateIdFromEntropySize(25)

export const isCookie = (value: string): boolean => /^[a-z0-9]{40}$/.test(value)

export const closeSession = (db: Db, cookie: string) => lucia(db).invalidateSession(cookie)

/** Also those in which this login works as somebody else, what is half-way in, and its tokens (F-92). */
export const closeSessionsOf = (db: Db, loginId: number) =>
  lucia(db).invalidateUserSessions(loginId)

/** The same for all logins of any number of accounts, in one statement each. */
export async function closeSessionsOfAccounts(db: Db, accountIds: number[]) {
  const own = db.select({ id: logins.id }).from(logins).where(among(logins.accountId, accountIds))
  await db.delete(halfSignIns).where(inArray(halfSignIns.loginId, own))
  await db.delete(apiTokens).where(inArray(apiTokens.loginId, own))
  await db
    .delete(sessions)
    .where(or(inArray(sessions.loginId, own), inArray(sessions.impersonatorLoginId, own)))
}

/** `session`: the number of the one that stays. */
export async function closeOtherSessionsOf(db: Db, loginId: number, session: number) {
  const its = or(eq(sessions.loginId, loginId), eq(sessions.impersonatorLoginId, loginId))
  await db.delete(sessions).where(and(its, ne(sessions.number, session)))
}

export const sweepSessions = (db: Db) => lucia(db).deleteExpiredSessions()

const lucia = (db: Db, aside?: Aside<unknown>) =>
  new Lucia(sessionStore(db, aside), {
    sessionExpiresIn: new TimeSpan(idleMinutes, 'm'),
    getUserAttributes: (row) => row,
  })

function signedIn(
  { login, account, impersonator, impersonatorAccount, number, system }: SessionRow,
  cookie: string,
  address: string | null,
): SignedIn {
  const { language, timeZone, accessibility } = impersonatorAccount ?? account
  return {
    cookie,
    actor: {
      accountId: account.id,
      kind: account.kind,
      loginId: login.id,
      loginName: login.name,
      role: login.role,
      impersonator,
      address,
    },
    number,
    mustChangePassword: login.mustChangePassword && impersonator === null,
    name: account.name,
    visitor: impersonatorAccount?.name ?? null,
    language,
    timeZone,
    accessibility,
    columns: login.columns,
    system: systemOf(system),
  }
}

declare module 'lucia' {
  interface Register {
    Lucia: ReturnType<typeof lucia>
    UserId: number
    DatabaseUserAttributes: SessionRow
    DatabaseSessionAttributes: Visitor & Partial<Visit>
  }
}
