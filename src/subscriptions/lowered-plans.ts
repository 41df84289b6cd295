import { and, countDistinct, desc, eq, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import type { Db } from '../db/database.ts'
import { mayMakePlans, visiblePlans } from '../plans/access.ts'
import { catalogue, type PropertyKey, type Value, type Values } from '../plans/catalogue.ts'
import { same, smaller } from '../plans/merge.ts'
import type { Property } from '../plans/property.ts'
import { type Plan, plans } from '../plans/schema.ts'
import { values } from '../plans/values.ts'
import { saying } from './available.ts'
import { type ConflictGroup, someOfGroup } from './conflict-groups.ts'
import { conflicts, subscriptionAddOns, subscriptions } from './schema.ts'

/** A plan as it would have to be for its hosts to provide it (P-54, P-55). */
export interface LoweredPlan {
  plan: Plan
  /** with the available values in place of what conflicts */
  values: Values
  subscriptions: number
}

/** More buttons than these help nobody. */
const most = 10

/** Those that the actor may change and that promise too much to some of a group; most helped first. */
export async function loweredPlans(
  db: Db,
  actor: Actor,
  group: ConflictGroup,
): Promise<LoweredPlan[]> {
  if (!mayMakePlans(actor)) return []
  const rows = await shortOf(db, actor, group)
  const lowered = [...Map.groupBy(rows, ({ plan }) => plan.id).values()].map((short) => ({
    plan: short[0]!.plan,
    values: short.reduce(lower, values(short[0]!.plan.values)),
    subscriptions: Math.max(...short.map((row) => row.subscriptions)),
  }))
  return lowered.filter(({ plan, values: low }) => differ(values(plan.values), low)).slice(0, most)
}

interface Short {
  plan: Plan
  property: string
  available: Value
  subscriptions: number
}

/** Of main plans and add-ons: either may be what promises it. */
function shortOf(db: Db, actor: Actor, group: ConflictGroup): Promise<Short[]> {
  const helped = countDistinct(subscriptions.id)
  const its = sql`lateral (select ${subscriptions.planId} as plan_id
    union all select ${subscriptionAddOns.planId} from ${subscriptionAddOns}
    where ${subscriptionAddOns.subscriptionId} = ${subscriptions.id}) as its`
  return db
    .select({
      plan: plans,
      property: conflicts.property,
      available: conflicts.available,
      subscriptions: helped,
    })
    .from(conflicts)
    .innerJoin(subscriptions, eq(subscriptions.id, conflicts.subscriptionId))
    .innerJoin(its, sql`true`)
    .innerJoin(plans, sql`${plans.id} = its.plan_id`)
    .where(and(someOfGroup(actor, group), visiblePlans(actor)))
    .groupBy(plans.id, conflicts.property, conflicts.available)
    .orderBy(desc(helped), plans.id)
    .limit(1000)
}

/** What adds up cannot be lowered in an add-on alone: how much of it is too much is not known there. */
function lower(low: Values, { plan, property: name, available: told }: Short): Values {
  if (!Object.hasOwn(catalogue, name)) return low
  const { property: key, value } = saying(name, told)
  const property: Property = catalogue[key]
  const adds = property.kind === 'limit' && property.addOns === 'sum'
  if (plan.kind === 'add-on' && adds) return low
  if (property.kind === 'choice' && !property.options.includes(value as string)) return low
  return { ...low, [key]: smaller(property, low[key], value) }
}

const differ = (one: Values, other: Values) =>
  Object.keys(one).some((key) => !same(one[key as PropertyKey], other[key as PropertyKey]))
