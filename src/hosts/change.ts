import { eq, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { difference, record } from '../audit/record.ts'
import type { Database, Transaction } from '../db/database.ts'
import { Invalid } from '../errors.ts'
import { lockHost } from './access.ts'
import { type Host, hosts } from './schema.ts'

export interface HostChange {
  name: string
  /** takes new subscriptions */
  open: boolean
  /** the one the form was drawn from (F-73) */
  version: number
}

export function changeHost(
  db: Database,
  actor: Actor,
  id: number,
  { version, name, open }: HostChange,
): Promise<Host> {
  return db.transaction(async (tx) => {
    const host = await lockHost(tx, actor, id, version)
    const changes = difference(host, { name, open }, ['name', 'open'])
    if (Object.keys(changes).length === 0) return host

    if (name !== host.name) await refuseTaken(tx, name)
    await record(tx, actor, {
      action: 'host.changed',
      object: { kind: 'host', id, name },
      changes,
    })
    const [changed] = await tx
      .update(hosts)
      .set({ name, open, version: sql`${hosts.version} + 1` })
      .where(eq(hosts.id, id))
      .returning()
    return changed!
  })
}

async function refuseTaken(tx: Transaction, name: string) {
  const [taken] = await tx.select({ id: hosts.id }).from(hosts).where(eq(hosts.name, name))
  if (taken) throw new Invalid('name', 'Another host has this name.')
}
