import { and, eq, sql } from 'drizzle-orm'
import { mayWrite } from '../accounts/access.ts'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Database, Db, Transaction } from '../db/database.ts'
import { Forbidden, Invalid } from '../errors.ts'
import { excesses } from '../plans/beyond.ts'
import type { Values } from '../plans/catalogue.ts'
import { lockOwner, lockSubscription, mayProvideFor, type Owned } from '../subscriptions/access.ts'
import { lockHolder } from '../subscriptions/budget-holder.ts'
import { recomputeValues } from '../subscriptions/plan-values.ts'
import { overrides, type Subscription, subscriptions } from '../subscriptions/schema.ts'
import { returnToPlan } from '../subscriptions/value-return.ts'
import { tellHosts, want } from '../subscriptions/want.ts'
import type { MailSwitch } from './schema.ts'

export type SwitchKey = 'imap' | 'virusScan'

/** S-53, S-54, P-46: the provider, or the customer whose plan allows it. */
export const maySwitchMail = (actor: Actor, { subscription, account }: Owned): boolean =>
  mayProvideFor(actor, account) || (mayWrite(actor) && subscription.values.mayChangeMail === true)

/** Custom and locked ones have values that are all their own. */
export const followsPlan = ({ planId, locked }: Subscription): boolean => planId !== null && !locked

/** what was said of it, whatever the plan has. */
export async function switchOf(
  db: Db,
  subscription: Subscription,
  property: SwitchKey,
): Promise<MailSwitch> {
  const value = subscription.values[property] === true ? 'on' : 'off'
  if (!followsPlan(subscription)) return value
  const [own] = await db
    .select({ value: overrides.value })
    .from(overrides)
    .where(and(eq(overrides.subscriptionId, subscription.id), eq(overrides.property, property)))
  return own ? value : 'plan'
}

/**
 * For all mailboxes that follow their subscription. On and off stay when the plan changes.
 *
 * @returns the job's number, null when nothing differs
 */
export function switchMail(
  db: Database,
  actor: Actor,
  id: number,
  property: SwitchKey,
  wanted: MailSwitch,
): Promise<number | null> {
  if (wanted === 'plan') return returnToPlan(db, actor, id, property)
  return db.transaction(async (tx) => {
    const account = await lockOwner(tx, actor, id)
    const cap = await lockHolder(tx, account.id)
    const owned = await lockSubscription(tx, actor, id)
    const { subscription } = owned
    if (!maySwitchMail(actor, owned)) throw new Forbidden('Only the provider can change this.')
    const before = await switchOf(tx, subscription, property)
    if (before === wanted) return null
    const values = { ...subscription.values, [property]: wanted === 'on' }
    if (cap) refuseBeyond(cap, values, property)

    await record(tx, actor, {
      action: 'subscription.customized',
      object: { kind: 'subscription', id, name: subscription.domain },
      accountId: account.id,
      changes: { [property]: { from: before, to: wanted } },
    })
    return followsPlan(subscription)
      ? override(tx, actor, owned, property, wanted === 'on')
      : want(tx, actor, subscription, { values })
  })
}

async function override(
  tx: Transaction,
  actor: Actor,
  { subscription, account }: Owned,
  property: SwitchKey,
  value: boolean,
): Promise<number> {
  const byCustomer = !mayProvideFor(actor, account)
  const made = { value, byCustomer, authorName: actor.loginName, at: sql`now()` }
  await tx
    .insert(overrides)
    .values({ subscriptionId: subscription.id, property, ...made })
    .onConflictDoUpdate({ target: [overrides.subscriptionId, overrides.property], set: made })
  await recomputeValues(tx, actor, eq(subscriptions.id, subscription.id))
  const [jobId] = await tellHosts(tx, actor, [subscription])
  return jobId!
}

/** A reseller cannot give what it does not have (F-114). */
function refuseBeyond(cap: Values, values: Values, property: SwitchKey) {
  const excess = excesses(cap, values).find(({ key }) => key === property)
  if (excess) throw new Invalid('state', excess.sentence, excess.words)
}
