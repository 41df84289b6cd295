import { and, eq, sql } from 'drizzle-orm'
import type { Database } from '../db/database.ts'
import { jobs } from '../jobs/schema.ts'
import { deliverMessage } from './jobs.ts'
import { messages } from './schema.ts'

/** For the schedule: messages whose job somebody has cancelled would wait for ever. */
export async function settleStranded(db: Database) {
  const forLong = sql`greatest(${messages.createdAt}, ${messages.handedOverAt}) < now() - interval '1 hour'
    and not exists (select from ${jobs}
      where ${jobs.kind} = ${deliverMessage.name} and ${jobs.key} = ${messages.id}::text)`
  await db
    .update(messages)
    .set({ state: 'failed', reason: 'The job that would have sent it was cancelled.' })
    .where(and(eq(messages.state, 'waiting'), forLong))
  await db
    .update(messages)
    .set({ state: 'unknown', sealed: null, reason: 'The job that was sending it was cancelled.' })
    .where(and(eq(messages.state, 'sending'), forLong))
}
