import { createHash } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import type { Database, Db, Transaction } from '../db/database.ts'
import { Stale } from '../errors.ts'
import { openBatch } from '../jobs/batch.ts'
import type { Action, Judged, Told } from './action.ts'
import { storeItems } from './items.ts'
import { type Selection, selections } from './schema.ts'
import { lockSelection } from './selection.ts'
import { storeTargets } from './targets.ts'

export interface Preview {
  /** all of them, by name */
  judged: Judged[]
  going: Judged[]
  /** what will not happen, and why */
  left: Judged[]
  effects: Told[]
  /** chosen, and not there any more */
  missing: number
  /** comes back with the confirmation */
  seen: string
}

/** What would happen to the selection, before anything is written. */
export async function preview<Options>(
  db: Db,
  actor: Actor,
  selection: Pick<Selection, 'ids' | 'missing'>,
  action: Action<Options>,
  options: Options,
): Promise<Preview> {
  const judged = await action.judge(db, actor, selection.ids, options)
  const going = judged.filter(({ obstacle }) => obstacle === null)
  const effects = await action.effects?.(db, actor, idsOf(going), options)
  return {
    judged,
    going,
    left: judged.filter(({ obstacle }) => obstacle !== null),
    effects: effects ?? [],
    missing: selection.missing + selection.ids.length - judged.length,
    seen: mark(weight(action, options), judged),
  }
}

/**
 * Does what the preview said, all of it in one transaction. Confirmed twice, it was done once (F-72).
 *
 * @returns the receipt's number
 * @throws {Stale} when it would do something else by now
 */
export function accept<Options>(
  db: Database,
  actor: Actor,
  selectionId: number,
  kind: string,
  action: Action<Options>,
  options: Options,
  seen: string,
): Promise<number> {
  return db.transaction(async (tx) => {
    await takeTime(tx)
    const selection = await lockSelection(tx, actor, action.of, selectionId)
    if (selection.batchId !== null) return selection.batchId
    await action.lock(tx, selection.ids, options)
    const judged = await action.judge(tx, actor, selection.ids, options)
    if (mark(weight(action, options), judged) !== seen) {
      throw new Stale('Something has changed meanwhile. Please look again at what will happen.')
    }
    const going = idsOf(judged.filter(({ obstacle }) => obstacle === null))
    const batchId = await openBatch(tx, actor, {
      kind: `bulk.${action.of}.${kind}`,
      title: '',
      accountId: actor.accountId,
      count: judged.length,
      of: action.of,
    })
    const former = await action.act(tx, actor, going, options, batchId)
    await storeItems(tx, batchId, judged, former)
    await storeTargets(tx, batchId, action.of, idsOf(judged))
    await tx.update(selections).set({ batchId }).where(eq(selections.id, selectionId))
    return batchId
  })
}

/**
 * A hundred thousand are one transaction as well: more than thirty seconds for one statement, and more
 * than is sorted in memory otherwise.
 */
export const takeTime = (tx: Transaction) =>
  tx.execute(sql`select set_config('statement_timeout', '10min', true),
    set_config('work_mem', '64MB', true)`)

export const idsOf = (rows: { id: number }[]) => rows.map(({ id }) => id)

/** Says whether what is done is what was shown (F-79, F-84). */
const mark = (weight: unknown, judged: Judged[]): string => `${hash(weight)}.${hash(judged)}`

const weight = <Options>(action: Action<Options>, options: Options): unknown =>
  action.weighs?.(options) ?? null

export const hash = (what: unknown): string =>
  createHash('sha256').update(JSON.stringify(what)).digest('base64url')

/** Other options than those of the preview: a new one is shown, and nobody did anything wrong. */
export const sameOptions = <Options>(action: Action<Options>, options: Options, seen: string) =>
  seen.split('.')[0] === hash(weight(action, options))
