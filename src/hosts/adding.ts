import { and, eq } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Database, Transaction } from '../db/database.ts'
import { Forbidden, Invalid } from '../errors.ts'
import { enqueue } from '../jobs/enqueue.ts'
import { mayChangeHosts } from './access.ts'
import { hostAddress, type Place } from './address.ts'
import { greetHost } from './jobs.ts'
import { hosts } from './schema.ts'

export interface NewHost extends Place {
  name: string
}

/** Nothing is done to the machine yet: its key is read, for an admin to confirm. */
export async function addHost(
  db: Database,
  actor: Actor,
  { name: typedName, address: typedAddress, port }: NewHost,
): Promise<{ hostId: number; jobId: number }> {
  if (!mayChangeHosts(actor)) throw new Forbidden('Only an admin adds hosts.')
  const name = typedName.trim()
  const address = hostAddress(typedAddress)

  return db.transaction(async (tx) => {
    await refuseKnownPlace(tx, { address, port })
    const host = await insert(tx, { name, address, port })
    await record(tx, actor, {
      action: 'host.added',
      object: { kind: 'host', id: host.id, name },
      changes: { address: { to: address }, port: { to: port } },
    })
    const jobId = await enqueue(tx, actor, {
      kind: greetHost,
      payload: { hostId: host.id },
      hostId: host.id,
    })
    return { hostId: host.id, jobId }
  })
}

export async function refuseKnownPlace(tx: Transaction, { address, port }: Place) {
  const [known] = await tx
    .select({ name: hosts.name })
    .from(hosts)
    .where(and(eq(hosts.kind, 'ssh'), eq(hosts.address, address), eq(hosts.port, port)))
  if (known) {
    throw new Invalid('address', 'This address is host “{name}” already.', { name: known.name })
  }
}

async function insert(tx: Transaction, values: NewHost) {
  const [host] = await tx
    .insert(hosts)
    .values({ ...values, kind: 'ssh' })
    .onConflictDoNothing({ target: hosts.name })
    .returning({ id: hosts.id })
  if (!host) throw new Invalid('name', 'Another host has this name.')
  return host
}
