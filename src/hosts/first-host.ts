import { count, sql } from 'drizzle-orm'
import { systemActor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Database } from '../db/database.ts'
import { hosts } from './schema.ts'

/** So that the whole main job can be tried on a bare machine; a system with any host keeps what it has. */
export async function makeSandboxHost(db: Database) {
  await db.transaction(async (tx) => {
    await tx.execute(sql`lock table hosts in share row exclusive mode`)
    const [row] = await tx.select({ n: count() }).from(hosts)
    if (row!.n > 0) return

    const [host] = await tx
      .insert(hosts)
      .values({ name: 'sandbox', kind: 'sandbox', state: 'online' })
      .returning({ id: hosts.id })
    await record(tx, systemActor('first start'), {
      action: 'host.added',
      object: { kind: 'host', id: host!.id, name: 'sandbox' },
    })
  })
}
