import { eq } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Database as Db } from '../db/database.ts'
import { want } from '../subscriptions/want.ts'
import { lockDatabase } from './access.ts'
import { databases } from './schema.ts'

/** With all it holds and all its users. @returns the job's number */
export function removeDatabase(db: Db, actor: Actor, id: number): Promise<number> {
  return db.transaction(async (tx) => {
    const { database, subscription, account } = await lockDatabase(tx, actor, id)
    await tx.delete(databases).where(eq(databases.id, id))
    await record(tx, actor, {
      action: 'database.removed',
      object: { kind: 'database', id, name: database.name },
      accountId: account.id,
      changes: { subscription: { from: subscription.domain } },
    })
    return want(tx, actor, subscription, {})
  })
}
