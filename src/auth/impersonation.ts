import { createHash, randomBytes } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { findAccount, mayManage, stays } from '../accounts/access.ts'
import { ownerLogin } from '../accounts/login.ts'
import { type Account, accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Database, Transaction } from '../db/database.ts'
import { Conflict, Forbidden, Refusal, TooMany } from '../errors.ts'
import { countFor, windowMinutes } from './attempts.ts'
import { sessions, visits } from './schema.ts'
import { sessionHash } from './session-store.ts'
import { openSession, type Visitor } from './sessions.ts'

/** In a quarter of an hour; support people go from account to account. */
const mostEntries = 60

/**
 * M-34. The own session waits under an id nobody has (F-90), and answered is the cookie of another
 * one, which is bound to it and over after an hour (F-118, F-120). Refusals are in the audit (F-116).
 */
export async function enterAccount(
  db: Database,
  actor: Actor,
  cookie: string,
  { accountId, reason, visitor }: { accountId: number; reason: string; visitor: Visitor },
): Promise<string> {
  if ((await countFor(db, 'impersonation', actor.accountId)) > mostEntries) {
    throw new TooMany('Too many tries. Please wait.', windowMinutes * 60)
  }
  try {
    return await db.transaction(async (tx) => {
      const account = await findAccount(tx, actor, accountId)
      requireEntry(actor, account)
      const login = await ownerLogin(tx, accountId)
      const parent = await park(tx, cookie)
      const visitId = await noteVisit(tx, actor, account, reason)
      await record(tx, actor, {
        action: 'impersonation.started',
        object: { kind: 'account', id: accountId, name: account.name },
        accountId,
        changes: reason ? { reason: { to: reason } } : {},
      })
      const visit = { impersonatorLoginId: actor.loginId!, parent, visitId }
      return openSession(tx, login.id, visitor, visit)
    })
  } catch (error) {
    if (error instanceof Refusal) await noteRefusal(db, actor, accountId, error)
    throw error
  }
}

type Entered = Pick<
  Account,
  'id' | 'providerId' | 'kind' | 'suspended' | 'removing' | 'trashedUntil'
>

/**
 * Whoever provides for it. Not into a suspended account (F-116): it cannot sign in itself, so there
 * is no work to do as it, and all it has is on its provider's own pages.
 */
export const mayEnter = (actor: Actor, account: Entered): boolean =>
  actor.impersonator === null &&
  mayManage(actor, account) &&
  account.kind !== 'admin' &&
  !account.suspended &&
  stays(account)

export function requireEntry(actor: Actor, account: Account): void {
  if (mayEnter(actor, account)) return
  if (actor.impersonator) throw new Forbidden('Go back to your own account first.')
  if (mayManage(actor, account) && account.kind !== 'admin') {
    throw new Conflict('This account is suspended or being removed: nobody can log in to it.')
  }
  throw new Forbidden('You cannot log in as this account.')
}

async function park(tx: Transaction, cookie: string): Promise<number> {
  const [own] = await tx
    .update(sessions)
    .set({ id: createHash('sha256').update(randomBytes(32)).digest('base64url') })
    .where(eq(sessions.id, sessionHash(cookie)))
    .returning({ number: sessions.number })
  if (!own) throw new Conflict('Your session has ended.')
  return own.number
}

async function noteVisit(tx: Transaction, actor: Actor, account: Account, reason: string) {
  const [own] = await tx
    .select({ name: accounts.name })
    .from(accounts)
    .where(eq(accounts.id, actor.accountId))
  const [visit] = await tx
    .insert(visits)
    .values({
      accountId: account.id,
      visitorName: own?.name ?? '',
      visitorLogin: actor.loginName,
      reason,
      startedAt: sql`now()`,
    })
    .returning({ id: visits.id })
  return visit!.id
}

/** In a transaction of its own: the one that was refused is gone. */
const noteRefusal = (db: Database, actor: Actor, accountId: number, refusal: Refusal) =>
  db.transaction((tx) =>
    record(tx, actor, {
      action: 'impersonation.refused',
      object: { kind: 'account', id: accountId },
      changes: { reason: { to: refusal.message } },
    }),
  )
