import { eq } from 'drizzle-orm'
import * as z from 'zod'
import { systemActor } from '../audit/actor.ts'
import type { Database } from '../db/database.ts'
import { hosts } from '../hosts/schema.ts'
import { bulk, enqueueAll } from '../jobs/enqueue.ts'
import { jobKind } from '../jobs/kind.ts'

/** Ask a host what it has measured, and act on it. */
export const measureHost = jobKind('hosts.measure', {
  payload: z.strictObject({ hostId: z.int().min(1) }),
  key: ({ hostId }) => String(hostId),
  maxAttempts: 3,
})

/** For the schedule. */
export const measureAll = (db: Database): Promise<number[]> =>
  db.transaction(async (tx) => {
    const online = await tx.select({ id: hosts.id }).from(hosts).where(eq(hosts.state, 'online'))
    const orders = online.map(({ id }) => ({
      kind: measureHost,
      payload: { hostId: id },
      hostId: id,
      priority: bulk,
    }))
    return enqueueAll(tx, systemActor('schedule'), orders)
  })
