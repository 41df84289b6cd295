import { eq, sql } from 'drizzle-orm'
import { accounts, type Login, logins } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Database } from '../db/database.ts'
import { TooMany } from '../errors.ts'
import { allowAttempt, attemptBy, forgetAttempt } from './attempts.ts'
import { passwordsWaiting, verifyPassword } from './passwords.ts'
import { openSession, type Visitor } from './sessions.ts'

/** Seconds of work for the hasher; whoever came later would wait longer than they like (F-133). */
const mostWaiting = 200

/** Of a password nobody has: unknown names cost the same as known ones (F-99). */
const nobodysHash =
  '$argon2id$v=19$m=19456,t=2,p=1$DbjlcA6z2TE/ohGVOIjsOQ$OyLf/awTGWKfhCcw0Zl21szLe+ShxI6lEXUMBQ3EQVA'

/**
 * Answers the new session's cookie, or null: for a wrong password, an unknown name, a suspended
 * account and too many tries alike. Each of them counts, looks up and hashes once.
 *
 * @throws TooMany when an address, or everybody together, asks for more than we can hash
 */
export async function signIn(
  db: Database,
  name: string,
  password: string,
  visitor: Visitor,
): Promise<string | null> {
  if (passwordsWaiting() > mostWaiting) throw new TooMany('Too many people are logging in now.', 5)
  const attempt = attemptBy(normalName(name), visitor.address)
  const allowed = await allowAttempt(db, attempt)
  const found = await find(db, normalName(name))
  const right = await verifyPassword(found?.login.passwordHash ?? nobodysHash, password)
  if (!allowed || !found || !right || !mayEnter(found.account)) return null

  await forgetAttempt(db, attempt)
  return enter(db, found, visitor)
}

/** P-13: the account's state, which knows of its providers', blocks all its logins. */
const mayEnter = ({ suspended, removing }: Found['account']) => !suspended && !removing

type Found = NonNullable<Awaited<ReturnType<typeof find>>>

const normalName = (name: string) => name.normalize('NFC').trim().toLowerCase()

async function find(db: Database, name: string) {
  const [row] = await db
    .select({
      login: logins,
      account: {
        id: accounts.id,
        kind: accounts.kind,
        suspended: accounts.suspended,
        removing: accounts.removing,
      },
    })
    .from(logins)
    .innerJoin(accounts, eq(accounts.id, logins.accountId))
    .where(eq(logins.name, name))
  return row
}

const enter = (db: Database, { login, account }: Found, visitor: Visitor) =>
  db.transaction(async (tx) => {
    await tx.update(logins).set({ lastLoginAt: sql`now()` }).where(eq(logins.id, login.id))
    await record(tx, actorOf(login, account, visitor), {
      action: 'login.signed_in',
      object: { kind: 'login', id: login.id, name: login.name },
      accountId: account.id,
    })
    return openSession(tx, login.id, visitor)
  })

const actorOf = (login: Login, account: Found['account'], { address }: Visitor): Actor => ({
  accountId: account.id,
  kind: account.kind,
  loginId: login.id,
  loginName: login.name,
  role: login.role,
  impersonator: null,
  address,
})
