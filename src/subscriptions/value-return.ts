import { and, eq } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Database, Transaction } from '../db/database.ts'
import { Conflict, Forbidden } from '../errors.ts'
import type { PropertyKey } from '../plans/catalogue.ts'
import { same } from '../plans/merge.ts'
import { lockOwner, lockSubscription, mayProvideFor, type Owned } from './access.ts'
import { lockHolder } from './budget-holder.ts'
import { storeAlone } from './own-sale.ts'
import { customerKeys, mayManageOwn } from './own-values.ts'
import { recomputeValues } from './plan-values.ts'
import { provided } from './provided.ts'
import { overrides, subscriptions } from './schema.ts'
import { tellHosts } from './want.ts'

/**
 * "Return this value to the plan", of a locked subscription too: the others stay as they are.
 *
 * @returns the number of the job, null when it is the plan's already
 */
export function returnToPlan(db: Database, actor: Actor, id: number, property: PropertyKey) {
  return db.transaction(async (tx) => {
    const account = await lockOwner(tx, actor, id)
    await lockHolder(tx, account.id)
    const owned = await lockSubscription(tx, actor, id)
    const { subscription } = owned
    assertMayReturn(actor, owned, property)
    const given = await provided(tx, subscription)
    if (!given) throw new Conflict('A custom subscription has no plan.')

    const removed = await remove(tx, id, property)
    const from = subscription.values[property]
    const to = given.values[property]
    if (!removed && same(from, to)) return null
    await record(tx, actor, {
      action: 'subscription.value_returned',
      object: { kind: 'subscription', id, name: subscription.domain },
      accountId: account.id,
      changes: { [property]: { from, to } },
    })
    if (subscription.locked) {
      const values = { ...subscription.values, [property]: to }
      return storeAlone(tx, actor, subscription, { values, locked: true })
    }
    await recomputeValues(tx, actor, eq(subscriptions.id, id))
    const [jobId] = await tellHosts(tx, actor, [subscription])
    return jobId!
  })
}

function assertMayReturn(actor: Actor, owned: Owned, property: PropertyKey) {
  if (mayProvideFor(actor, owned.account)) return
  const own = mayManageOwn(actor, owned) && customerKeys(owned.subscription).includes(property)
  if (!own) throw new Forbidden('Only the provider can change this.')
}

async function remove(tx: Transaction, id: number, property: PropertyKey): Promise<boolean> {
  const removed = await tx
    .delete(overrides)
    .where(and(eq(overrides.subscriptionId, id), eq(overrides.property, property)))
    .returning({ property: overrides.property })
  return removed.length > 0
}
