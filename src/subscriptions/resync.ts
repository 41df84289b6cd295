import { and, asc, eq, not, type SQL } from 'drizzle-orm'
import { type Actor, systemActor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Database, Transaction } from '../db/database.ts'
import { among } from '../db/many.ts'
import { hosts } from '../hosts/schema.ts'
import { bulk, interactive } from '../jobs/enqueue.ts'
import { assertMayProvideFor, lockSubscription } from './access.ts'
import type { ConflictGroup } from './conflict-groups.ts'
import { lockGroup } from './conflict-hold.ts'
import { subscriptions } from './schema.ts'
import { changedRow, tellHosts } from './want.ts'

/** P-50: its host tries once more. @returns the job's number */
export function syncAgain(db: Database, actor: Actor, id: number): Promise<number> {
  return db.transaction(async (tx) => {
    const { subscription, account } = await lockSubscription(tx, actor, id)
    assertMayProvideFor(actor, account)
    await record(tx, actor, {
      action: 'subscription.synced_again',
      object: { kind: 'subscription', id, name: subscription.domain },
      accountId: account.id,
    })
    const [jobId] = await tellHosts(tx, actor, [subscription], interactive)
    return jobId!
  })
}

/** @returns how many */
export function syncGroup(db: Database, actor: Actor, group: ConflictGroup): Promise<number> {
  return db.transaction(async (tx) => {
    const ids = await lockGroup(tx, actor, group)
    return again(tx, actor, among(subscriptions.id, ids))
  })
}

/**
 * Whoever lacks something on a host that can do more than before is tried again, without being asked
 * to (P-56). Each host comes once, also when several processes look.
 */
export function resyncGrownHosts(db: Database): Promise<number> {
  return db.transaction(async (tx) => {
    const grown = await tx
      .select({ id: hosts.id })
      .from(hosts)
      .where(eq(hosts.grown, true))
      .for('update', { skipLocked: true })
    if (grown.length === 0) return 0
    const here = grown.map(({ id }) => id)
    await tx.update(hosts).set({ grown: false }).where(among(hosts.id, here))
    const lacking = and(subscriptions.unsynced, not(subscriptions.removing))
    return again(tx, systemActor('schedule'), and(among(subscriptions.hostId, here), lacking)!)
  })
}

async function again(tx: Transaction, actor: Actor, which: SQL): Promise<number> {
  const rows = await tx
    .select(changedRow)
    .from(subscriptions)
    .where(which)
    .orderBy(asc(subscriptions.id))
  return (await tellHosts(tx, actor, rows, bulk)).length
}
