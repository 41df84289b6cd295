import { eq, sql } from 'drizzle-orm'
import { stays } from '../accounts/access.ts'
import { accounts, logins } from '../accounts/schema.ts'
import { record } from '../audit/record.ts'
import type { Database } from '../db/database.ts'
import { TooMany } from '../errors.ts'
import { allowAttempt, attemptBy, forgetAttempt } from './attempts.ts'
import { hasSecondFactor } from './code.ts'
import { ownActor } from './own-actor.ts'
import { passwordsWaiting, verifyPassword } from './passwords.ts'
import { openSession, type Visitor } from './sessions.ts'

/** Seconds of work for the hasher; whoever came later would wait longer than they like (F-133). */
const mostWaiting = 200

/** Of a password nobody has: unknown names cost the same as known ones (F-99). */
const nobodysHash =
  '$argon2id$v=19$m=19456,t=2,p=1$DbjlcA6z2TE/ohGVOIjsOQ$OyLf/awTGWKfhCcw0Zl21szLe+ShxI6lEXUMBQ3EQVA'

/** `half`: the password was right, a code must follow with this cookie. */
export type SignIn =
  | { half: false; loginId: number; cookie: string }
  | { half: true; loginId: number }

/**
 * Null for a wrong password, an unknown name, a suspended
 * account and too many tries alike. Each of them counts, looks up and hashes once.
 *
 * @throws TooMany when an address, or everybody together, asks for more than we can hash
 */
export async function signIn(
  db: Database,
  name: string,
  password: string,
  visitor: Visitor,
): Promise<SignIn | null> {
  if (passwordsWaiting() > mostWaiting) throw new TooMany('Too many people are logging in now.', 5)
  const attempt = attemptBy(normalName(name), visitor.address)
  const allowed = await allowAttempt(db, attempt)
  const found = await findLogin(db, { name: normalName(name) })
  const right = await verifyPassword(found?.login.passwordHash ?? nobodysHash, password)
  if (!allowed || !found || !right || !mayEnter(found.account)) return null

  await forgetAttempt(db, attempt)
  const loginId = found.login.id
  if (await hasSecondFactor(db, loginId)) return { half: true, loginId }
  return { half: false, loginId, cookie: await enter(db, found, visitor) }
}

/** P-13: the account's state, which knows of its providers', blocks all its logins. */
export const mayEnter = ({ suspended, ...rest }: Found['account']) => !suspended && stays(rest)

type Found = NonNullable<Awaited<ReturnType<typeof findLogin>>>

const normalName = (name: string) => name.normalize('NFC').trim().toLowerCase()

export async function findLogin(db: Database, which: { name: string } | { id: number }) {
  const [row] = await db
    .select({
      login: logins,
      account: {
        id: accounts.id,
        kind: accounts.kind,
        suspended: accounts.suspended,
        removing: accounts.removing,
        trashedUntil: accounts.trashedUntil,
      },
    })
    .from(logins)
    .innerJoin(accounts, eq(accounts.id, logins.accountId))
    .where('name' in which ? eq(logins.name, which.name) : eq(logins.id, which.id))
  return row
}

export const enter = (db: Database, { login, account }: Found, visitor: Visitor) =>
  db.transaction(async (tx) => {
    await tx.update(logins).set({ lastLoginAt: sql`now()` }).where(eq(logins.id, login.id))
    await record(tx, ownActor({ login, account }, visitor.address), {
      action: 'login.signed_in',
      object: { kind: 'login', id: login.id, name: login.name },
      accountId: account.id,
    })
    return openSession(tx, login.id, visitor)
  })
