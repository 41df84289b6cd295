import type { Actor } from '../audit/actor.ts'
import type { Database } from '../db/database.ts'
import { Conflict } from '../errors.ts'
import { enqueue } from '../jobs/enqueue.ts'
import { lockHost } from './access.ts'
import { checkHost } from './jobs.ts'

/** "Test connection". @returns the job's number */
export function orderCheck(db: Database, actor: Actor, hostId: number): Promise<number> {
  return db.transaction(async (tx) => {
    const { state } = await lockHost(tx, actor, hostId)
    if (state !== 'online' && state !== 'offline') {
      throw new Conflict('There is nothing to test before the host is set up.')
    }
    return enqueue(tx, actor, { kind: checkHost, payload: { hostId }, hostId })
  })
}
