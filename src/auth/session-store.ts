import { createHash } from 'node:crypto'
import { and, eq, inArray, isNull, or, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { Adapter, DatabaseSession, DatabaseUser } from 'lucia'
import { accounts, logins } from '../accounts/schema.ts'
import { built } from '../db/built.ts'
import type { Db } from '../db/database.ts'
import { storedSystem } from '../settings/reading.ts'
import { apiTokens, halfSignIns, sessions, visits } from './schema.ts'

/** After so long without a request, and after so long in any case (F-93). */
export const idleMinutes = 30
export const absoluteHours = 12
/** As somebody else (M-34). */
export const visitMinutes = 60

/** The table holds only this, so a read of it opens no session (F-95). */
export const sessionHash = (cookie: string) =>
  createHash('sha256').update(cookie).digest('base64url')

const impersonator = alias(logins, 'impersonator')
const impersonatorAccount = alias(accounts, 'impersonator_account')

const parent = alias(sessions, 'parent')

/** Suspended, going, moved away or no longer trusted: dead on the next request (F-92, F-120). */
const usable = and(
  eq(accounts.suspended, false),
  eq(accounts.removing, false),
  isNull(accounts.trashedUntil),
  or(
    isNull(sessions.impersonatorLoginId),
    and(
      eq(impersonatorAccount.suspended, false),
      eq(impersonatorAccount.removing, false),
      isNull(impersonatorAccount.trashedUntil),
      inArray(impersonator.role, ['owner', 'full']),
      or(eq(impersonatorAccount.kind, 'admin'), eq(accounts.providerId, impersonatorAccount.id)),
      sql`${parent.expiresAt} > now()`,
    ),
  ),
)

/** Seconds. */
export const left = sql<number>`extract(epoch from least(${sessions.expiresAt},
  ${sessions.lastSeenAt} + make_interval(mins => ${idleMinutes})) - now())`

/** What a request needs to know before anything else, who is asking and of what panel: one query. */
function select(db: Db, where: SQL, aside: SQL) {
  return db
    .select({
      login: {
        id: logins.id,
        name: logins.name,
        role: logins.role,
        mustChangePassword: logins.mustChangePassword,
        columns: logins.columns,
      },
      account: {
        id: accounts.id,
        kind: accounts.kind,
        name: accounts.name,
        language: accounts.language,
        timeZone: accounts.timeZone,
        accessibility: accounts.accessibility,
      },
      impersonator: {
        loginId: impersonator.id,
        loginName: impersonator.name,
        accountId: impersonator.accountId,
      },
      impersonatorAccount: {
        name: impersonatorAccount.name,
        language: impersonatorAccount.language,
        timeZone: impersonatorAccount.timeZone,
        accessibility: impersonatorAccount.accessibility,
      },
      number: sessions.number,
      unseen: sql<boolean>`${sessions.lastSeenAt} < now() - interval '1 minute'`,
      secondsLeft: left.mapWith(Number),
      system: storedSystem,
      aside,
    })
    .from(sessions)
    .innerJoin(logins, eq(logins.id, sessions.loginId))
    .innerJoin(accounts, eq(accounts.id, logins.accountId))
    .leftJoin(impersonator, eq(impersonator.id, sessions.impersonatorLoginId))
    .leftJoin(impersonatorAccount, eq(impersonatorAccount.id, impersonator.accountId))
    .leftJoin(parent, eq(parent.number, sessions.parent))
    .where(and(where, usable))
}

/**
 * What its asker wants of the account besides, in terms of `accounts`: what a page asks for anyway
 * costs next to nothing in the statement that every page begins with.
 */
export interface Aside<T> {
  name: string
  of: SQL<T>
  /** of its placeholders */
  values?: Record<string, unknown>
}

const nothing: Aside<null> = { name: 'nothing', of: sql<null>`null` }

/** Asked for by every request. */
const bySession = (db: Db, { name, of }: Aside<unknown>) =>
  built(db, `session and ${name}`, () =>
    select(db, eq(sessions.id, sql.placeholder('id')), of).prepare('session'),
  )

export type SessionRow = Awaited<ReturnType<typeof select>>[number]

/**
 * lucia's way to our table. Ids are hashed on the way in. Time is counted by the database only:
 * lucia is handed what is left of it as a date of its own clock, so neither clock can be moved to
 * keep a session alive.
 */
export function sessionStore(db: Db, aside: Aside<unknown> = nothing): Adapter {
  const is = (id: string) => eq(sessions.id, sessionHash(id))

  return {
    async getSessionAndUser(id): Promise<[DatabaseSession | null, DatabaseUser | null]> {
      const [row] = await bySession(db, aside).execute({ id: sessionHash(id), ...aside.values })
      // What is over waits for the sweep, or for the way back to the session it came from.
      if (!row || row.secondsLeft <= 0) return [null, null]
      if (row.unseen) await touch(db, is(id))
      const expiresAt = new Date(Date.now() + row.secondsLeft * 1000)
      return [
        { id, userId: row.login.id, expiresAt, attributes: {} as never },
        { id: row.login.id, attributes: row },
      ]
    },

    async setSession({ id, userId, attributes }) {
      const end = attributes.impersonatorLoginId
        ? sql`now() + make_interval(mins => ${visitMinutes})`
        : sql`now() + make_interval(hours => ${absoluteHours})`
      await db
        .insert(sessions)
        .values({ ...attributes, id: sessionHash(id), loginId: userId, expiresAt: end })
    },

    async updateSessionExpiration(id) {
      await touch(db, is(id))
    },

    async deleteSession(id) {
      await db.delete(sessions).where(is(id))
    },

    async deleteUserSessions(loginId) {
      await db.delete(halfSignIns).where(eq(halfSignIns.loginId, loginId))
      await db.delete(apiTokens).where(eq(apiTokens.loginId, loginId))
      await db
        .delete(sessions)
        .where(or(eq(sessions.loginId, loginId), eq(sessions.impersonatorLoginId, loginId)))
    },

    async deleteExpiredSessions() {
      await db.delete(sessions).where(and(sql`${left} < 0`, isNull(sessions.parent)))
      await db.delete(halfSignIns).where(sql`${halfSignIns.expiresAt} < now()`)
    },

    async getUserSessions() {
      throw new Error('sessions are known by their hash only')
    },
  }
}

/** Also the session that waits behind it, and what the account is told of the visit. */
async function touch(db: Db, where: SQL) {
  const [seen] = await db
    .update(sessions)
    .set({ lastSeenAt: sql`now()` })
    .where(where)
    .returning({ parent: sessions.parent, visitId: sessions.visitId })
  if (seen?.parent == null || seen.visitId === null) return
  await db.update(sessions).set({ lastSeenAt: sql`now()` }).where(eq(sessions.number, seen.parent))
  await db.update(visits).set({ lastSeenAt: sql`now()` }).where(eq(visits.id, seen.visitId))
}
