import { and, eq } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Db, Transaction } from '../db/database.ts'
import { codeOf, uniqueViolation } from '../db/failure.ts'
import { Taken } from '../errors.ts'
import { checkLoginName } from '../names/login.ts'
import { nameTaken } from './creation.ts'
import { type Account, type Login, logins } from './schema.ts'

/** The login that came with the account. */
export async function ownerLogin(db: Db, accountId: number): Promise<Login> {
  const [login] = await db
    .select()
    .from(logins)
    .where(and(eq(logins.accountId, accountId), eq(logins.role, 'owner')))
  return login!
}

/**
 * P-5, R-1: the panel login's name; the system users of its subscriptions keep theirs.
 *
 * @throws {Invalid} at `login`; {Taken} when somebody has it
 */
export async function renameLogin(
  tx: Transaction,
  actor: Actor,
  account: Account,
  login: Login,
  name: string,
): Promise<void> {
  if (name === login.name) return
  checkLoginName(name)
  await rename(tx, login, name)
  await record(tx, actor, {
    action: 'login.renamed',
    object: { kind: 'login', id: login.id, name },
    accountId: account.id,
    changes: { name: { from: login.name, to: name } },
  })
}

/** In a savepoint, so that a name somebody took a moment ago ends this form and nothing else. */
async function rename(tx: Transaction, login: Login, name: string) {
  try {
    await tx.transaction((inner) =>
      inner.update(logins).set({ name }).where(eq(logins.id, login.id)),
    )
  } catch (error) {
    throw codeOf(error) === uniqueViolation ? new Taken('login', nameTaken) : error
  }
}
