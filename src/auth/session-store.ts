import { createHash } from 'node:crypto'
import { and, eq, isNull, or, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { Adapter, DatabaseSession, DatabaseUser } from 'lucia'
import { accounts, logins } from '../accounts/schema.ts'
import type { Db } from '../db/database.ts'
import { sessions } from './schema.ts'

/** After so long without a request, and after so long in any case (F-93). */
export const idleMinutes = 30
export const absoluteHours = 12

/** The table holds only this, so a read of it opens no session (F-95). */
export const sessionHash = (cookie: string) =>
  createHash('sha256').update(cookie).digest('base64url')

const impersonator = alias(logins, 'impersonator')
const impersonatorAccount = alias(accounts, 'impersonator_account')

/** The session of an account that is suspended or going is dead on its next request (F-92). */
const usable = and(
  eq(accounts.suspended, false),
  eq(accounts.removing, false),
  or(
    isNull(sessions.impersonatorLoginId),
    and(eq(impersonatorAccount.suspended, false), eq(impersonatorAccount.removing, false)),
  ),
)

const left = sql<number>`extract(epoch from least(${sessions.expiresAt},
  ${sessions.lastSeenAt} + make_interval(mins => ${idleMinutes})) - now())`

/** What a request needs to know about who is asking: one query. */
function select(db: Db, where: SQL) {
  return db
    .select({
      login: {
        id: logins.id,
        name: logins.name,
        role: logins.role,
        mustChangePassword: logins.mustChangePassword,
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
      secondsLeft: left.mapWith(Number),
    })
    .from(sessions)
    .innerJoin(logins, eq(logins.id, sessions.loginId))
    .innerJoin(accounts, eq(accounts.id, logins.accountId))
    .leftJoin(impersonator, eq(impersonator.id, sessions.impersonatorLoginId))
    .leftJoin(impersonatorAccount, eq(impersonatorAccount.id, impersonator.accountId))
    .where(and(where, usable))
}

export type SessionRow = Awaited<ReturnType<typeof select>>[number]

/**
 * lucia's way to our table. Ids are hashed on the way in. Time is counted by the database only:
 * lucia is handed what is left of it as a date of its own clock, so neither clock can be moved to
 * keep a session alive.
 */
export function sessionStore(db: Db): Adapter {
  const is = (id: string) => eq(sessions.id, sessionHash(id))

  return {
    async getSessionAndUser(id): Promise<[DatabaseSession | null, DatabaseUser | null]> {
      const [row] = await select(db, is(id))
      if (!row) return [null, null]
      const expiresAt = new Date(Date.now() + row.secondsLeft * 1000)
      return [
        { id, userId: row.login.id, expiresAt, attributes: {} as never },
        { id: row.login.id, attributes: row },
      ]
    },

    async setSession({ id, userId, attributes }) {
      await db.insert(sessions).values({
        ...attributes,
        id: sessionHash(id),
        loginId: userId,
        expiresAt: sql`now() + make_interval(hours => ${absoluteHours})`,
      })
    },

    async updateSessionExpiration(id) {
      await db.update(sessions).set({ lastSeenAt: sql`now()` }).where(is(id))
    },

    async deleteSession(id) {
      await db.delete(sessions).where(is(id))
    },

    async deleteUserSessions(loginId) {
      await db
        .delete(sessions)
        .where(or(eq(sessions.loginId, loginId), eq(sessions.impersonatorLoginId, loginId)))
    },

    async deleteExpiredSessions() {
      await db.delete(sessions).where(sql`${left} < 0`)
    },

    async getUserSessions() {
      throw new Error('sessions are known by their hash only')
    },
  }
}
