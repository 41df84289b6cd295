import { sql } from 'drizzle-orm'
import { systemActor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Database } from '../db/database.ts'
import { hosts } from './schema.ts'

/** An installation without any host gets a sandbox, so that all can be tried on a bare machine. */
export async function ensureFirstHost(db: Database) {
  await db.transaction(async (tx) => {
    await tx.execute(sql`lock table ${hosts} in share row exclusive mode`)
    if ((await tx.$count(hosts)) > 0) return
    const [host] = await tx
      .insert(hosts)
      .values({ name: 'sandbox', kind: 'sandbox', state: 'online' })
      .returning({ id: hosts.id, name: hosts.name })
    await record(tx, systemActor('first start'), {
      action: 'host.added',
      object: { kind: 'host', ...host! },
    })
  })
}
