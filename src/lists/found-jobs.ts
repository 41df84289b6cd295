import { and, eq, sql } from 'drizzle-orm'
import { unionAll } from 'drizzle-orm/pg-core'
import { visibleAccountIds } from '../accounts/access.ts'
import type { Actor } from '../audit/actor.ts'
import type { Db } from '../db/database.ts'
import { asNumber } from '../db/typed.ts'
import { inScope } from '../jobs/access.ts'
import { finishedJobs, jobs } from '../jobs/schema.ts'
import type { Found } from './found.ts'

/**
 * The one with that number, wherever it stands now. A number is a customer's before it is a job's, so
 * it never leads straight here.
 */
export async function findJobs(db: Db, actor: Actor, q: string): Promise<Found[]> {
  const number = asNumber(q.replace(/^#/, ''))
  if (number === undefined) return []
  const scope = actor.kind === 'admin' ? null : visibleAccountIds(db, actor)
  const one = (table: typeof jobs | typeof finishedJobs) =>
    db
      .select({ id: table.id, name: table.kind, subscriptionId: table.subscriptionId })
      .from(table)
      .where(and(eq(table.id, number), inScope(table, scope)))
  const found = unionAll(one(jobs), one(finishedJobs)).as('found')
  const domain = sql<string>`coalesce((select domain from subscriptions where id = ${found.subscriptionId}), '')`
  const rows = await db.select({ id: found.id, name: found.name, more: domain }).from(found)
  return rows.map((row) => ({ kind: 'job', exact: false, ...row }))
}
