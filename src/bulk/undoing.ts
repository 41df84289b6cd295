import { and, eq, isNull, sql } from 'drizzle-orm'
import { maySell } from '../accounts/access.ts'
import type { Actor } from '../audit/actor.ts'
import type { Database, Db, Transaction } from '../db/database.ts'
import { among } from '../db/many.ts'
import { Conflict, Forbidden, Stale } from '../errors.ts'
import { openBatch } from '../jobs/batch.ts'
import { type Batch, batches } from '../jobs/schema.ts'
import { hash, idsOf, takeTime } from './acceptance.ts'
import { type Judged, type Told, told, type Undo } from './action.ts'
import { undoOf } from './actions.ts'
import { lockAccounts, lockSubscriptions } from './candidates.ts'
import { storeItems } from './items.ts'
import { type BatchItem, batchItems } from './schema.ts'
import { onlyProvider } from './selection.ts'
import { storeTargets } from './targets.ts'

export interface UndoPreview {
  going: Judged[]
  left: Judged[]
  /** what stays as it is whoever undoes it */
  remains: Told[]
  seen: string
}

/** Whether its receipt offers to undo it at all. */
export const mayUndo = (actor: Actor, batch: Batch): boolean =>
  maySell(actor) && batch.undoes === null && undoOf(batch) !== null

/** What undoing would bring back, and what it cannot. */
export async function undoPreview(db: Db, actor: Actor, batch: Batch): Promise<UndoPreview> {
  const items = await undoable(db, batch.id)
  const judged = await wayBack(actor, batch).judge(db, actor, items)
  return {
    remains: [...(undoOf(batch)?.remains ?? []), ...remaining(items)],
    going: judged.filter(({ obstacle }) => obstacle === null),
    left: judged.filter(({ obstacle }) => obstacle !== null),
    seen: hash(judged),
  }
}

/**
 * Brings each back to exactly what it was, as far as that is possible, in one transaction.
 *
 * @returns the number of its own receipt
 * @throws {Stale} when it would bring back something else by now
 */
export function undo(db: Database, actor: Actor, { id }: Batch, seen: string): Promise<number> {
  return db.transaction(async (tx) => {
    await takeTime(tx)
    const [batch] = await tx.select().from(batches).where(eq(batches.id, id)).for('update')
    const { lock = lockThem(batch!), judge, act } = wayBack(actor, batch!)
    const items = await undoable(tx, id)
    await lock(tx, items)
    const judged = await judge(tx, actor, items)
    if (hash(judged) !== seen) {
      throw new Stale('Something has changed meanwhile. Please look again at what will happen.')
    }
    const going = new Set(idsOf(judged.filter(({ obstacle }) => obstacle === null)))
    if (going.size === 0) throw new Conflict('There is nothing left that can be undone.')
    const batchId = await openBatch(tx, actor, {
      kind: batch!.kind,
      title: '',
      accountId: batch!.accountId,
      count: judged.length,
      of: batch!.of,
      undoes: id,
    })
    await act(
      tx,
      actor,
      items.filter(({ objectId }) => going.has(objectId)),
      batchId,
    )
    await storeItems(tx, batchId, judged, new Map())
    await storeTargets(tx, batchId, batch!.of!, idsOf(judged))
    await tx
      .update(batchItems)
      .set({ undoneAt: sql`now()` })
      .where(and(eq(batchItems.batchId, id), among(batchItems.objectId, [...going])))
    return batchId
  })
}

const lockThem = (batch: Batch) => (tx: Transaction, items: BatchItem[]) => {
  const ids = items.map(({ objectId }) => objectId)
  return batch.of === 'account' ? lockAccounts(tx, ids) : lockSubscriptions(tx, ids)
}

/** @throws {Forbidden} for those who may only look; {Conflict} for what cannot be undone */
function wayBack(actor: Actor, batch: Batch): Undo {
  if (!maySell(actor)) throw new Forbidden(onlyProvider)
  const own = batch.undoes === null ? undoOf(batch) : null
  if (!own) throw new Conflict('This cannot be undone.')
  return own
}

function remaining(items: BatchItem[]): Told[] {
  const count = items.filter(
    ({ former }) => former !== null && 'message' in (former as object),
  ).length
  const sentence = '{count} {count|mail|mails} about it cannot be taken back.'
  return count > 0 ? [told(sentence, { count })] : []
}

/** Done, and not undone before. */
const undoable = (db: Db, batchId: number): Promise<BatchItem[]> =>
  db
    .select()
    .from(batchItems)
    .where(
      and(eq(batchItems.batchId, batchId), eq(batchItems.reason, ''), isNull(batchItems.undoneAt)),
    )
    .orderBy(batchItems.objectId)
