import { and, eq, inArray } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import { forgetSecret } from '../auth/sealing.ts'
import type { Database } from '../db/database.ts'
import { Conflict } from '../errors.ts'
import { jobs } from '../jobs/schema.ts'
import { findHost, lockHost } from './access.ts'
import { secretOf } from './enrolment.ts'
import { hosts } from './schema.ts'

/** Forgets the host; nothing is done to the machine itself. Only when nobody lives there. */
export async function removeHost(db: Database, actor: Actor, id: number) {
  await db.transaction(async (tx) => {
    const host = await lockHost(tx, actor, id)
    // Counted after the lock: a subscription that was just being made there is seen by now.
    const { subscriptions } = await findHost(tx, actor, id)
    if (subscriptions.more) {
      throw new Conflict(
        'More than {count} subscriptions are on this host. Move or remove them first.',
        { count: subscriptions.count },
      )
    }
    if (subscriptions.count > 0) {
      throw new Conflict(
        '{count} {count|subscription is|subscriptions are} on this host. Move or remove {count|it|them} first.',
        { count: subscriptions.count },
      )
    }
    await forgetSecret(tx, secretOf(id))
    await tx
      .delete(jobs)
      .where(and(eq(jobs.hostId, id), inArray(jobs.state, ['waiting', 'parked'])))
    await tx.delete(hosts).where(eq(hosts.id, id))
    await record(tx, actor, {
      action: 'host.removed',
      object: { kind: 'host', id, name: host.name },
    })
  })
}
