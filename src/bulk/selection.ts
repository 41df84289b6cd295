import { and, eq, type SQL, sql } from 'drizzle-orm'
import { maySell, visibleAccounts } from '../accounts/access.ts'
import { accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import type { Database, Db, Transaction } from '../db/database.ts'
import { among } from '../db/many.ts'
import { Conflict, Forbidden, NotFound } from '../errors.ts'
import { visibleSubscriptions } from '../subscriptions/access.ts'
import { subscriptions } from '../subscriptions/schema.ts'
import { type Of, type Selection, selections } from './schema.ts'

/** As many as one transaction does in a few seconds (F-78). */
export const mostChosen = 20_000

/** These numbers, or all that a list showed: a condition on its table. */
export type Chosen = { ids: number[] } | { matching: SQL | undefined }

/**
 * What was chosen, as it is now: whatever a list shows a moment later, the preview and the change are
 * about these (F-79). Numbers that are not there or not theirs are counted and told, and nothing more
 * is said of them (F-77, F-110).
 */
export async function keepSelection(
  db: Database,
  actor: Actor,
  of: Of,
  chosen: Chosen,
): Promise<Selection> {
  if (!maySell(actor) || actor.loginId === null) throw new Forbidden(onlyProvider)
  const asked = 'ids' in chosen ? new Set(chosen.ids).size : null
  if (asked !== null && asked > mostChosen) throw tooMany()
  const found = await visible(db, actor, of, chosen)
  if (found.length > mostChosen) throw tooMany()
  if (found.length === 0) throw new Conflict('Choose something in the list first.')
  const [selection] = await db
    .insert(selections)
    .values({
      loginId: actor.loginId,
      of,
      ids: found,
      missing: asked === null ? 0 : asked - found.length,
    })
    .returning()
  return selection!
}

export const onlyProvider = 'Only the provider can change this.'

const tooMany = () =>
  new Conflict('At most {most} at once: narrow the list down, and do it in parts.', {
    most: mostChosen,
  })

async function visible(db: Db, actor: Actor, of: Of, chosen: Chosen): Promise<number[]> {
  const table = of === 'account' ? accounts : subscriptions
  const seen = of === 'account' ? visibleAccounts(actor) : visibleSubscriptions(db, actor)
  const which = 'ids' in chosen ? among(table.id, chosen.ids) : chosen.matching
  const rows = await db
    .select({ id: table.id })
    .from(table)
    .where(and(seen, which))
    .orderBy(table.id)
    .limit(mostChosen + 1)
  return rows.map(({ id }) => id)
}

/** Only the login that made it, as long as it is fresh. */
export async function findSelection(db: Db, actor: Actor, of: Of, id: number): Promise<Selection> {
  const [selection] = await own(db, actor, of, id)
  if (!selection) throw new NotFound('This selection has expired. Choose again in the list.')
  return selection
}

export async function lockSelection(tx: Transaction, actor: Actor, of: Of, id: number) {
  const [selection] = await own(tx, actor, of, id).for('update')
  if (!selection) throw new NotFound('This selection has expired. Choose again in the list.')
  return selection
}

const fresh = sql`${selections.createdAt} > now() - interval '1 hour'`

const own = (db: Db, actor: Actor, of: Of, id: number) =>
  db
    .select()
    .from(selections)
    .where(
      and(
        eq(selections.id, id),
        eq(selections.of, of),
        eq(selections.loginId, actor.loginId ?? 0),
        fresh,
      ),
    )

export async function sweepSelections(db: Database) {
  await db.delete(selections).where(sql`not ${fresh}`)
}
