import { eq } from 'drizzle-orm'
import type { Actor } from '../../src/audit/actor.ts'
import { accept, preview } from '../../src/bulk/acceptance.ts'
import { actions } from '../../src/bulk/actions.ts'
import type { Of } from '../../src/bulk/schema.ts'
import { keepSelection } from '../../src/bulk/selection.ts'
import { undo, undoPreview } from '../../src/bulk/undoing.ts'
import type { Database } from '../../src/db/database.ts'
import { type Batch, batches } from '../../src/jobs/schema.ts'

/** Chosen, looked at and confirmed, as the pages do it. Returns the receipt's number. */
export async function doMany(
  db: Database,
  actor: Actor,
  of: Of,
  kind: string,
  ids: number[],
  options: object = {},
) {
  const { selection, seen } = await lookAt(db, actor, of, kind, ids, options)
  return accept(db, actor, selection.id, kind, actions[of][kind]!, options, seen)
}

export async function lookAt(
  db: Database,
  actor: Actor,
  of: Of,
  kind: string,
  ids: number[],
  options: object = {},
) {
  const selection = await keepSelection(db, actor, of, { ids })
  return { selection, ...(await preview(db, actor, selection, actions[of][kind]!, options)) }
}

export async function undoMany(db: Database, actor: Actor, batchId: number) {
  const batch = await batchOf(db, batchId)
  const { seen } = await undoPreview(db, actor, batch)
  return undo(db, actor, batch, seen)
}

export async function batchOf(db: Database, id: number): Promise<Batch> {
  const [batch] = await db.select().from(batches).where(eq(batches.id, id))
  return batch!
}
