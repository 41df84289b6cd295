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
  const table = of === 'account' ? accounts : subscriptions
  const seen = of === 'account' ? visibleAccounts(actor) : visibleSubscriptions(db, actor)
  const which = 'ids' in chosen ? among(table.id, chosen.ids) : chosen.matching
  // They never leave the database on their way into it: any number is one statement.
  const [kept] = await db.execute<{ id: string }>(sql`
    insert into ${selections} (login_id, of, ids, missing)
    select ${actor.loginId}::bigint, ${of}, ids, coalesce(${asked}::integer - cardinality(ids), 0)
    from (select array_agg(${table.id} order by ${table.id}) as ids from ${table}
      where ${and(seen, which)}) as found
    where ids is not null returning id`)
  if (!kept) throw new Conflict('Choose something in the list first.')
  return findSelection(db, actor, of, Number(kept.id))
}

export const onlyProvider = 'Only the provider can change this.'

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

/** Plans of their own for some of them: those named now are said anew, all others stay. */
export async function keepChoices(
  db: Database,
  selection: Selection,
  named: number[],
  each: Selection['choices'],
): Promise<Selection> {
  if (named.length === 0) return selection
  const anew = new Set(named)
  const others = selection.choices.filter(([id]) => !anew.has(id))
  const choices = [...others, ...each].toSorted(([one], [other]) => one - other)
  await db.update(selections).set({ choices }).where(eq(selections.id, selection.id))
  return { ...selection, choices }
}

export async function sweepSelections(db: Database) {
  await db.delete(selections).where(sql`not ${fresh}`)
}
