import type { Actor } from '../audit/actor.ts'
import type { Db, Transaction } from '../db/database.ts'
import type { Words } from '../errors.ts'
import type { BatchItem, Of } from './schema.ts'

export interface Told {
  sentence: string
  words: Words
}

/** One of those chosen, and what would become of it. */
export interface Judged {
  id: number
  name: string
  /** why it is left out; null: it will be done */
  obstacle: Told | null
  /** what will not be as one may expect, though it is done */
  note?: Told
  /** what else of it matters: when that changed since the preview, the preview is shown anew (F-79) */
  state?: unknown
}

/** What undoing brings back, by the number of each that was done. */
export type Former = Map<number, object>

/** How far an item can be brought back now. */
export interface Undo {
  /** where more is touched than the items themselves; in the order all rules keep */
  lock?(tx: Transaction, items: BatchItem[]): Promise<unknown>
  /** why one cannot be undone */
  judge(db: Db, actor: Actor, items: BatchItem[]): Promise<Judged[]>
  act(tx: Transaction, actor: Actor, items: BatchItem[], batchId: number): Promise<void>
  /** what does not go back to what it was */
  remains?: Told[]
}

/**
 * Something done to many at once. All of it is set-based: ten thousand are a handful of statements.
 * `Options` is what the form asks beside the selection.
 */
export interface Action<Options = object> {
  of: Of
  /** what of the options the judgement depends on; none where nothing is said */
  weighs?(options: Options): unknown
  /** rows that the judgement rests on, in the order all rules keep; until the transaction ends */
  lock(tx: Transaction, ids: number[], options: Options): Promise<unknown>
  /** of those of these that the actor sees, by name */
  judge(db: Db, actor: Actor, ids: number[], options: Options): Promise<Judged[]>
  /** what comes with it, for the preview */
  effects?(db: Db, actor: Actor, going: number[], options: Options): Promise<Told[]>
  act(
    tx: Transaction,
    actor: Actor,
    going: number[],
    options: Options,
    batchId: number,
  ): Promise<Former>
  /** null: cannot be undone */
  undo: Undo | null
}

export const told = (sentence: string, words: Words = {}): Told => ({ sentence, words })
