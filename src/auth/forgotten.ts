import { and, asc, eq, isNull, or, type SQL, sql } from 'drizzle-orm'
import { accounts, logins } from '../accounts/schema.ts'
import { systemActor } from '../audit/actor.ts'
import type { Database, Db } from '../db/database.ts'
import { enqueue } from '../jobs/enqueue.ts'
import { allowAttempt, attemptBy } from './attempts.ts'
import { answerForgotten } from './jobs.ts'
import { openLinks } from './password-links.ts'
import { mailResetLink, type Post } from './password-mail.ts'
import { passwordRequests } from './schema.ts'

/** At one time, of one login: whoever asks on and on fills nobody's mailbox (F-100). */
const mostLinks = 3
/** With one e-mail address: somebody who has more logins than this names the one. */
const mostLogins = 10

export interface Forgotten {
  login: string
  email: string
  /** what links begin with */
  panel: string
}

/**
 * R-6, M-40: only notes what was asked for. Whether there is such an account is looked up by a job,
 * so that the answer cannot depend on it, nor the time it takes (F-100).
 *
 * @throws {TooMany} when an address goes on and on
 */
export async function askForLink(
  db: Database,
  { login, email, panel }: Forgotten,
  address: string | null,
): Promise<void> {
  const attempt = attemptBy(`forgotten ${login} ${email}`, address)
  if (!(await allowAttempt(db, attempt))) return
  await db.transaction(async (tx) => {
    const [request] = await tx
      .insert(passwordRequests)
      .values({ loginName: login, email, panel, address })
      .returning({ id: passwordRequests.id })
    await enqueue(tx, systemActor('forgotten password'), {
      kind: answerForgotten,
      payload: { requestId: request!.id },
      hostId: null,
    })
  })
}

/** What the job does; a request that was answered is gone. */
export async function answerRequest(
  db: Database,
  sealingKey: Buffer,
  requestId: number,
): Promise<void> {
  await db.transaction(async (tx) => {
    const [request] = await tx
      .delete(passwordRequests)
      .where(eq(passwordRequests.id, requestId))
      .returning()
    if (!request) return
    const post: Post = { sealingKey, panel: request.panel }
    const actor = { ...systemActor('forgotten password'), address: request.address }
    for (const owner of await ownersOf(tx, request)) {
      const enough = (await openLinks(tx, owner.login.id)) >= mostLinks
      if (!enough) await mailResetLink(tx, actor, post, owner)
    }
  })
}

/** By the user name, by the e-mail address, or by both when both were given (P-7). */
const ownersOf = (db: Db, { loginName, email }: typeof passwordRequests.$inferSelect) =>
  db
    .select({ login: logins, account: accounts })
    .from(logins)
    .innerJoin(accounts, eq(accounts.id, logins.accountId))
    .where(
      and(
        loginName === '' ? undefined : eq(logins.name, loginName),
        email === '' ? undefined : mailedTo(email),
        eq(accounts.suspended, false),
        eq(accounts.removing, false),
        isNull(accounts.trashedUntil),
        sql`coalesce(${logins.email}, ${accounts.email}) <> ''`,
      ),
    )
    .orderBy(asc(logins.id))
    .limit(mostLogins)

function mailedTo(email: string): SQL {
  const address = email.toLowerCase()
  return or(
    sql`lower(${logins.email}) = ${address}`,
    and(isNull(logins.email), sql`lower(${accounts.email}) = ${address}`),
  )!
}
