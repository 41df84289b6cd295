import { createHash, randomBytes } from 'node:crypto'
import { and, count, eq, gt, sql } from 'drizzle-orm'
import { stays } from '../accounts/access.ts'
import { type Account, accounts, type Login, logins } from '../accounts/schema.ts'
import type { Db, Transaction } from '../db/database.ts'
import { passwordLinks } from './schema.ts'

export interface Owner {
  login: Login
  account: Account
}

/** Where mail for this login goes (M-10). */
export const addressOf = ({ login, account }: Owner): string => login.email ?? account.email

/** A way to choose a password, good once; only its hash is kept (F-102). Answers the whole address. */
export async function makePasswordLink(
  tx: Transaction,
  owner: Owner,
  panel: string,
  minutes: number,
): Promise<string> {
  const [link] = await makePasswordLinks(tx, [owner], panel, minutes)
  return link!
}

/** The same for each of any number of them. */
export async function makePasswordLinks(
  tx: Transaction,
  owners: Owner[],
  panel: string,
  minutes: number,
): Promise<string[]> {
  const made = owners.map((owner) => ({ owner, token: randomBytes(32).toString('base64url') }))
  const rows = made.map(({ owner, token }) => ({
    id: hash(token),
    login: owner.login.id,
    made: madeFor(owner),
  }))
  await tx.execute(sql`
    insert into ${passwordLinks} (id, login_id, made_for, expires_at)
    select id, login, made, now() + make_interval(mins => ${minutes})
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as link (id text, login bigint, made text)`)
  return made.map(({ token }) => `${panel}/password/reset/${token}`)
}

/** Whose it is; looking at it does not use it up: mail scanners look too. */
export async function passwordLinkOf(db: Db, token: string): Promise<Owner | null> {
  const [found] = await db
    .select({ login: logins, account: accounts, madeFor: passwordLinks.madeFor })
    .from(passwordLinks)
    .innerJoin(logins, eq(logins.id, passwordLinks.loginId))
    .innerJoin(accounts, eq(accounts.id, logins.accountId))
    .where(and(eq(passwordLinks.id, hash(token)), alive))
  if (!found || found.madeFor !== madeFor(found)) return null
  return found.account.suspended || !stays(found.account) ? null : found
}

/** True for one of those who come with it; the login's other links go too. */
export async function usePasswordLink(tx: Transaction, token: string, loginId: number) {
  const used = await tx
    .delete(passwordLinks)
    .where(and(eq(passwordLinks.id, hash(token)), alive))
    .returning({ loginId: passwordLinks.loginId })
  if (used.length === 0) return false
  await tx.delete(passwordLinks).where(eq(passwordLinks.loginId, loginId))
  return true
}

export async function openLinks(db: Db, loginId: number): Promise<number> {
  const [row] = await db
    .select({ open: count() })
    .from(passwordLinks)
    .where(and(eq(passwordLinks.loginId, loginId), alive))
  return row!.open
}

/** For the schedule. */
export const sweepPasswordLinks = (db: Db) =>
  db.delete(passwordLinks).where(sql`${passwordLinks.expiresAt} < now()`)

const alive = gt(passwordLinks.expiresAt, sql`now()`)

/** What a new password or another e-mail address changes: then the link is dead. */
const madeFor = (owner: Owner) => hash(JSON.stringify([owner.login.passwordHash, addressOf(owner)]))

const hash = (text: string) => createHash('sha256').update(text).digest('base64url')
