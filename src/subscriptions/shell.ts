import { eq, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Shell } from '../contract/document.ts'
import type { Database, Transaction } from '../db/database.ts'
import { Forbidden, Invalid } from '../errors.ts'
import { excesses } from '../plans/beyond.ts'
import type { Values } from '../plans/catalogue.ts'
import { lockOwner, lockSubscription, mayChangeShell, mayProvideFor } from './access.ts'
import { lockHolder } from './budget-holder.ts'
import { refuseLate } from './late.ts'
import { recomputeValues } from './plan-values.ts'
import { overrides, type Subscription, subscriptions } from './schema.ts'
import { tellHosts, want } from './want.ts'

/**
 * S-44: whether its user may sign in by SSH, and with which shell. It differs from the plan on
 * purpose then, and goes on doing so when the plan changes (S-21).
 *
 * @returns the job's number
 */
export function changeShell(
  db: Database,
  actor: Actor,
  id: number,
  shell: Shell,
  seen?: string,
): Promise<number | null> {
  return db.transaction(async (tx) => {
    const account = await lockOwner(tx, actor, id)
    const cap = await lockHolder(tx, account.id)
    const owned = await lockSubscription(tx, actor, id)
    const { subscription } = owned
    if (!mayChangeShell(actor, owned)) throw new Forbidden('Only the provider can change this.')
    refuseLate(seen, subscription.values.shell, shell)
    if (subscription.values.shell === shell) return null
    if (cap) refuseBeyond(cap, { ...subscription.values, shell })

    await record(tx, actor, {
      action: 'subscription.shell_changed',
      object: { kind: 'subscription', id, name: subscription.domain },
      accountId: account.id,
      changes: { shell: { from: subscription.values.shell, to: shell } },
    })
    return followsPlan(subscription)
      ? override(tx, actor, subscription, shell, !mayProvideFor(actor, account))
      : want(tx, actor, subscription, { values: { ...subscription.values, shell } })
  })
}

/** Custom and locked ones have values that are all their own. */
const followsPlan = ({ planId, locked }: Subscription): boolean => planId !== null && !locked

async function override(
  tx: Transaction,
  actor: Actor,
  subscription: Subscription,
  value: Shell,
  byCustomer: boolean,
): Promise<number> {
  const made = { value, byCustomer, authorName: actor.loginName, at: sql`now()` }
  await tx
    .insert(overrides)
    .values({ subscriptionId: subscription.id, property: 'shell', ...made })
    .onConflictDoUpdate({ target: [overrides.subscriptionId, overrides.property], set: made })
  await recomputeValues(tx, actor, eq(subscriptions.id, subscription.id))
  const [jobId] = await tellHosts(tx, actor, [subscription])
  return jobId!
}

/** A reseller cannot give what it does not have (F-114). */
function refuseBeyond(cap: Values, values: Values) {
  const excess = excesses(cap, values).find(({ key }) => key === 'shell')
  if (excess) throw new Invalid('shell', excess.sentence, excess.words)
}
