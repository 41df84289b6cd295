import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import { maySell } from '../accounts/access.ts'
import type { Actor } from '../audit/actor.ts'
import { noMail } from '../auth/password-mail.ts'
import type { Database, Db, Transaction } from '../db/database.ts'
import { Forbidden, Invalid, NotFound } from '../errors.ts'
import { ready } from '../messages/ready.ts'
import { offeredPlans } from '../plans/access.ts'
import { type Import, imports } from './schema.ts'

type Kept = Pick<Import, 'lines' | 'unread' | 'planId' | 'welcome'>

/** How many files that were not used yet somebody can have; the oldest goes. */
const most = 5

/**
 * What was in a file, so that the preview and the change are about the same.
 *
 * @returns its number
 */
export function keepImport(db: Database, actor: Actor, kept: Kept): Promise<number> {
  const { loginId } = actor
  if (!maySell(actor) || loginId === null) throw new Forbidden('Only the provider can change this.')
  return db.transaction(async (tx) => {
    if (kept.welcome && !(await ready(tx))) throw new Invalid('welcome', noMail)
    await requireOffer(tx, actor, kept.planId)
    const [row] = await tx
      .insert(imports)
      .values({ ...kept, loginId })
      .returning({ id: imports.id })
    const last = tx
      .select({ id: imports.id })
      .from(imports)
      .where(unused(loginId))
      .orderBy(desc(imports.id))
      .limit(most)
    await tx.delete(imports).where(and(unused(loginId), sql`${imports.id} not in (${last})`))
    return row!.id
  })
}

async function requireOffer(tx: Transaction, actor: Actor, planId: number | null) {
  const offered = planId === null ? [] : await offeredPlans(tx, actor.accountId)
  if (planId !== null && !offered.some(({ id }) => id === planId)) {
    throw new Invalid('plan', 'Choose one of the plans on offer.')
  }
}

const unused = (loginId: number) => and(eq(imports.loginId, loginId), isNull(imports.batchId))

/** Only the login that sent it, for a day. */
export async function findImport(db: Db, actor: Actor, id: number): Promise<Import> {
  return only(await own(db, actor, id))
}

export async function lockImport(tx: Transaction, actor: Actor, id: number): Promise<Import> {
  return only(await own(tx, actor, id).for('update'))
}

const own = (db: Db, actor: Actor, id: number) =>
  db
    .select()
    .from(imports)
    .where(and(eq(imports.id, id), eq(imports.loginId, actor.loginId ?? 0), fresh))

function only([row]: Import[]): Import {
  if (!row) throw new NotFound('This import has expired. Send the file again.')
  return row
}

const fresh = sql`${imports.createdAt} > now() - interval '1 day'`

/** For the schedule. */
export const sweepImports = (db: Database) => db.delete(imports).where(sql`not ${fresh}`)
