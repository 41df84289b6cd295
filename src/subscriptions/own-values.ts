import { and, eq, inArray, sql } from 'drizzle-orm'
import { mayWrite } from '../accounts/access.ts'
import type { Actor } from '../audit/actor.ts'
import { difference, record } from '../audit/record.ts'
import type { Database, Transaction } from '../db/database.ts'
import { Forbidden, Invalid, Stale } from '../errors.ts'
import { excesses } from '../plans/beyond.ts'
import {
  catalogue,
  type PropertyKey,
  permissionFor,
  propertyKeys,
  type Values,
} from '../plans/catalogue.ts'
import { word } from '../plans/differences.ts'
import { same, smaller } from '../plans/merge.ts'
import { lockOwner, lockSubscription, mayProvideFor, type Owned } from './access.ts'
import { lockHolder } from './budget-holder.ts'
import { storeAlone } from './own-sale.ts'
import { recomputeValues } from './plan-values.ts'
import { type Provided, provided } from './provided.ts'
import { overrides, type Subscription, subscriptions } from './schema.ts'
import { tellHosts } from './want.ts'

export interface Customizing {
  /** what was typed; properties that are left out stay */
  values: Partial<Values>
  /** the subscription's, that the form was drawn from */
  version: number
  /** for those who read it later */
  reason: string
  /** P-40, P-41: keep all its values from now on; else the rest follows the plan */
  lock: boolean
}

/**
 * Gives one subscription values of its own (S-21, P-41). A customer changes what a permission lets
 * it, and the subscription stays synced (P-46, P-47).
 *
 * @returns the number of the job, null when nothing differs
 * @throws {Stale} when somebody else changed it meanwhile (F-73)
 * @throws {Invalid} at the property, or when the reseller has not that much left
 */
export function customize(db: Database, actor: Actor, id: number, wish: Customizing) {
  return db.transaction(async (tx) => {
    const account = await lockOwner(tx, actor, id)
    const cap = await lockHolder(tx, account.id)
    const owned = await lockSubscription(tx, actor, id)
    const { subscription } = owned
    const byCustomer = !mayProvideFor(actor, account)
    if (byCustomer && !mayManageOwn(actor, owned)) throw new Forbidden(onlyProvider)
    if (subscription.version !== wish.version) throw new Stale(changedMeanwhile)

    const given = await provided(tx, subscription)
    const own = changedOf(subscription, wish.values)
    if (byCustomer) refuseWhatIsNotTheirs(subscription, given, own)
    if (cap) refuseBeyond(cap, subscription, own)
    const lock = !byCustomer && wish.lock && given !== null && !subscription.locked
    if (Object.keys(own).length === 0 && !lock) return null

    if (given) await keepOverrides(tx, actor, subscription, given, own, wish.reason, byCustomer)
    await recordOwn(tx, actor, owned, own, lock, wish.reason)
    return given && !subscription.locked && !lock
      ? follow(tx, actor, subscription)
      : storeAlone(tx, actor, subscription, {
          values: { ...subscription.values, ...own },
          locked: given !== null,
        })
  })
}

/** Its own customer; what it may change is asked property by property. */
export const mayManageOwn = (actor: Actor, { account }: Pick<Owned, 'account'>): boolean =>
  mayWrite(actor) && actor.accountId === account.id

/** P-46: what its customer may change, as its permissions stand now. */
export const customerKeys = ({ values }: Pick<Subscription, 'values'>): PropertyKey[] =>
  propertyKeys.filter((key) => {
    const permission = permissionFor(key)
    return permission !== undefined && values[permission] === true
  })

const onlyProvider = 'Only the provider can change this.'
const changedMeanwhile = 'Somebody else has changed this subscription meanwhile.'

const changedOf = ({ values }: Subscription, typed: Partial<Values>): Partial<Values> =>
  Object.fromEntries(
    Object.entries(typed).filter(([key, value]) => !same(values[key as PropertyKey], value)),
  )

/** A customer chooses; it does not give itself more than was sold to it. */
function refuseWhatIsNotTheirs(
  subscription: Subscription,
  given: Provided | null,
  own: Partial<Values>,
) {
  const allowed = new Set(customerKeys(subscription))
  const most = given?.values ?? subscription.values
  for (const [name, value] of Object.entries(own)) {
    const key = name as PropertyKey
    const property = catalogue[key]
    if (!allowed.has(key)) throw new Forbidden(onlyProvider)
    if (property.kind === 'limit' && !same(smaller(property, most[key], value), value)) {
      throw new Invalid(key, 'At most {most!}: the plan gives no more.', {
        most: word(property, most[key]),
      })
    }
  }
}

/** F-114; what it has already it may keep. */
function refuseBeyond(cap: Values, { values }: Subscription, own: Partial<Values>) {
  const first = excesses(cap, { ...values, ...own }).find(({ key }) => key in own)
  if (first) throw new Invalid(first.key, first.sentence, first.words)
}

/** What the provider sets to what the plan gives is no value of its own any more. */
async function keepOverrides(
  tx: Transaction,
  actor: Actor,
  { id }: Subscription,
  given: Provided,
  own: Partial<Values>,
  reason: string,
  byCustomer: boolean,
) {
  const keys = Object.keys(own) as PropertyKey[]
  if (keys.length === 0) return
  await tx
    .delete(overrides)
    .where(and(eq(overrides.subscriptionId, id), inArray(overrides.property, keys)))
  const kept = keys.filter((key) => byCustomer || !same(own[key]!, given.values[key]))
  if (kept.length === 0) return
  await tx.insert(overrides).values(
    kept.map((property) => ({
      subscriptionId: id,
      property,
      value: own[property]!,
      byCustomer,
      authorName: actor.loginName,
      reason,
    })),
  )
}

async function follow(tx: Transaction, actor: Actor, subscription: Subscription) {
  const changed = await recomputeValues(tx, actor, eq(subscriptions.id, subscription.id))
  if (changed === 0) await grow(tx, subscription)
  const [jobId] = await tellHosts(tx, actor, [subscription])
  return jobId!
}

const grow = (tx: Transaction, { id }: Subscription) =>
  tx
    .update(subscriptions)
    .set({ version: sql`${subscriptions.version} + 1` })
    .where(eq(subscriptions.id, id))

const recordOwn = (
  tx: Transaction,
  actor: Actor,
  { subscription, account }: Owned,
  own: Partial<Values>,
  lock: boolean,
  reason: string,
) =>
  record(tx, actor, {
    action: 'subscription.customized',
    object: { kind: 'subscription', id: subscription.id, name: subscription.domain },
    accountId: account.id,
    changes: {
      ...difference(subscription.values, own, propertyKeys),
      ...(lock ? { locked: { from: false, to: true } } : {}),
      ...(reason ? { reason: { to: reason } } : {}),
    },
  })
