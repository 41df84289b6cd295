import { createHash } from 'node:crypto'
import { and, eq, not, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Database, Transaction } from '../db/database.ts'
import { Conflict, Stale } from '../errors.ts'
import { assertMayProvideFor, lockOwner, lockSubscription, type Owned } from './access.ts'
import { lockHolder } from './budget-holder.ts'
import { recomputeValues } from './plan-values.ts'
import { type Provided, provided } from './provided.ts'
import { overrides, type Subscription, subscriptions } from './schema.ts'
import { tellHosts } from './want.ts'

/** P-40: from now on it keeps its values, whatever happens to its plan. No host need hear of it. */
export function lockValues(db: Database, actor: Actor, id: number): Promise<null> {
  return db.transaction(async (tx) => {
    const owned = await held(tx, actor, id)
    if (!owned.subscription.locked) await setLocked(tx, actor, owned, true)
    return null
  })
}

/**
 * "Unlock & sync": all that its provider had changed is the plan's again; what its customer may
 * change stays (P-46).
 *
 * @param seen `fingerprint` of the preview that was confirmed
 * @throws {Stale} when it would do something else by now
 */
export function unlockAndSync(db: Database, actor: Actor, id: number, seen: string) {
  return db.transaction(async (tx) => {
    const owned = await held(tx, actor, id)
    const { subscription } = owned
    if (!subscription.locked) return null
    const given = (await provided(tx, subscription))!
    if (fingerprint(subscription, given) !== seen) throw new Stale(otherwiseNow)

    await tx
      .delete(overrides)
      .where(and(eq(overrides.subscriptionId, id), not(overrides.byCustomer)))
    await setLocked(tx, actor, owned, false)
    await recomputeValues(tx, actor, eq(subscriptions.id, id))
    const [jobId] = await tellHosts(tx, actor, [subscription])
    return jobId!
  })
}

/** What would change, so that nobody confirms what they have not seen (F-73, F-84). */
export const fingerprint = (subscription: Subscription, { followed }: Provided): string =>
  createHash('sha256')
    .update(JSON.stringify([subscription.id, subscription.version, followed]))
    .digest('base64url')

const otherwiseNow = 'Something has changed meanwhile. Please look again at what will happen.'

async function held(tx: Transaction, actor: Actor, id: number): Promise<Owned> {
  const account = await lockOwner(tx, actor, id)
  assertMayProvideFor(actor, account)
  await lockHolder(tx, account.id)
  const owned = await lockSubscription(tx, actor, id)
  if (owned.subscription.planId === null) {
    throw new Conflict('A custom subscription has no plan to follow: there is nothing to lock.')
  }
  return owned
}

async function setLocked(tx: Transaction, actor: Actor, owned: Owned, locked: boolean) {
  const { id, domain: name } = owned.subscription
  await tx
    .update(subscriptions)
    .set({ locked, version: sql`${subscriptions.version} + 1` })
    .where(eq(subscriptions.id, id))
  await record(tx, actor, {
    action: locked ? 'subscription.locked' : 'subscription.unlocked',
    object: { kind: 'subscription', id, name },
    accountId: owned.account.id,
  })
}
