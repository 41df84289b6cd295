import { eq, isNotNull, not, type SQL, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Db } from '../db/database.ts'
import { among } from '../db/many.ts'
import type { Values } from '../plans/catalogue.ts'
import { plans } from '../plans/schema.ts'
import { type Override, type Stored, settled, values } from '../plans/values.ts'
import { holder, provider } from './budget-holder.ts'
import { overrides, subscriptionAddOns, subscriptions } from './schema.ts'

/**
 * Subscriptions that have all in common what their values come from: what is true of one is true of
 * all. Ten thousand on one plan are a handful of these, so that only they are sent and computed.
 */
export interface Alike {
  ids: number[]
  planId: number
  hostId: number
  /** in whose budget they count */
  resellerId: number | null
  /** as stored */
  values: Values
  locked: boolean
  addOns: number[]
  overrides: Override[]
}

export type Tied = Omit<Alike, 'planId'> & {
  planId: number | null
  /** whose list they will stand in, where they are about to change hands */
  sellerId?: number
}

/** Those with a plan that stay; `which` speaks of the table `subscriptions`. */
export async function alike(db: Db, which: SQL): Promise<Alike[]> {
  return (await alikeOrCustom(db, sql`${which} and ${isNotNull(subscriptions.planId)}`)) as Alike[]
}

/** Also those without a plan, of which `planId` is null. */
export async function alikeOrCustom(db: Db, which: SQL): Promise<Tied[]> {
  const each = db
    .select({
      id: subscriptions.id,
      planId: sql`${subscriptions.planId}::float8`.as('plan_id'),
      hostId: sql`${subscriptions.hostId}::float8`.as('host_id'),
      resellerId: sql`(${holder})::float8`.as('reseller_id'),
      values: subscriptions.values,
      locked: subscriptions.locked,
      addOns: addOns.as('add_ons'),
      overrides: own.as('own'),
    })
    .from(subscriptions)
    .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
    .leftJoin(provider, eq(provider.id, accounts.providerId))
    .where(sql`${which} and ${not(subscriptions.removing)}`)
  // Unordered: only so can Postgres hash, where sorting would compare ten thousand sets of values.
  const rows = await db.execute<Row>(sql`
    select plan_id, host_id, reseller_id, "values", locked, add_ons, own,
      json_agg(id) as ids
    from (${each}) as each
    group by plan_id, host_id, reseller_id, "values", locked, add_ons, own
    order by min(id)`)
  return rows.map(({ ids, plan_id, host_id, reseller_id, add_ons, own, ...rest }) => ({
    ...rest,
    ids: ids.toSorted((a, b) => a - b),
    planId: plan_id,
    hostId: host_id,
    resellerId: reseller_id,
    addOns: add_ons,
    overrides: own,
  }))
}

/** What all plans hold that these are made of, by number. */
export async function plansOf(
  db: Db,
  groups: Pick<Tied, 'planId' | 'addOns'>[],
): Promise<Map<number, Stored>> {
  const ids = new Set(groups.flatMap(({ planId, addOns }) => [planId ?? [], addOns].flat()))
  const rows = await db
    .select({ id: plans.id, values: plans.values })
    .from(plans)
    .where(among(plans.id, [...ids]))
  return new Map(rows.map((row) => [row.id, row.values]))
}

export interface Computed {
  /** plan, add-ons and overrides together */
  wanted: Values
  /** what its reseller can give of that */
  values: Values
}

export function compute(
  { planId, addOns, overrides, resellerId }: Alike,
  plans: Map<number, Stored>,
  contracts: Map<number, Values>,
): Computed {
  const added = addOns.map((id) => plans.get(id)!)
  const wanted = values(plans.get(planId)!, added, overrides)
  const cap = contracts.get(resellerId ?? 0)
  return { wanted, values: cap ? settled(cap, wanted) : wanted }
}

type Row = Pick<Alike, 'ids' | 'values' | 'locked'> & {
  plan_id: number | null
  host_id: number
  reseller_id: number | null
  add_ons: number[]
  own: Override[]
}

// Arrays, not aggregates: most have none of either, and ten thousand times none is not to be sorted.
const addOns = sql`to_jsonb(array(
  select added.plan_id from ${subscriptionAddOns} as added
  where added.subscription_id = ${subscriptions.id} order by added.plan_id))`

const own = sql`to_jsonb(array(
  select jsonb_build_object('property', own.property, 'value', own.value,
    'byCustomer', own.by_customer)
  from ${overrides} as own where own.subscription_id = ${subscriptions.id} order by own.property))`
