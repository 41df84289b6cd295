import { createHash } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { Db } from '../db/database.ts'
import { among } from '../db/many.ts'
import { hosts } from '../hosts/schema.ts'
import { propertyKeys } from '../plans/catalogue.ts'
import { type Difference, differences, word } from '../plans/differences.ts'
import type { PlanDraft } from '../plans/draft.ts'
import { same } from '../plans/merge.ts'
import { type Plan, resellers } from '../plans/schema.ts'
import { inUnit, labelWithUnit } from '../plans/units.ts'
import { values } from '../plans/values.ts'
import { compute, plansOf } from './alike.ts'
import { belowUse } from './below-use.ts'
import { type Overdrawn, overdrawn } from './overdrawn.ts'
import { type Detail, type Effects, effectsOf, none, withOver } from './plan-effects.ts'
import type { Held } from './plan-values.ts'
import { type Shortage, shortages } from './shortage.ts'

/** What an edit would do, before anything is written. */
export interface Preview {
  /** of what it tells and of whom: another one is another preview */
  fingerprint: string
  /** how many have the plan */
  users: number
  differences: Difference[]
  effects: Effects
  /** resellers who would have sold more than they have: then it cannot be done */
  overdrawn: Overdrawn[]
}

/** Others than these reach nobody who has the plan. */
export const touchesValues = (plan: Plan, draft: PlanDraft): boolean =>
  propertyKeys.some((key) => !same(values(plan.values)[key], draft.values[key]))

/** For service plans and add-ons. `held` are all that have it, locked ones too. */
export async function previewOf(
  db: Db,
  plan: Plan,
  draft: PlanDraft,
  held: Held,
): Promise<Preview> {
  const { groups, contracts } = held
  const plans = (await plansOf(db, groups)).set(plan.id, draft.values)
  const provides = await providesOf(db, [...new Set(groups.map(({ hostId }) => hostId))])
  const after = groups.map((group) =>
    group.locked ? group.values : compute(group, plans, contracts).values,
  )
  const effects = withOver(
    effectsOf({ groups, plans, contracts, provides }),
    await belowUse(db, groups, after),
  )
  const short = await overdrawn(db, held, after)
  return {
    fingerprint: digest([plan, draft, groups, effects, short]),
    users: groups.reduce((sum, { ids }) => sum + ids.length, 0),
    differences: differences(plan, draft),
    effects,
    overdrawn: short,
  }
}

/** For reseller plans: they follow even where too much is sold, and then are over a limit. */
export async function previewForResellers(db: Db, plan: Plan, draft: PlanDraft): Promise<Preview> {
  const rows = await db.select().from(resellers).where(eq(resellers.planId, plan.id))
  const ids = rows.map(({ accountId }) => accountId).sort((one, other) => one - other)
  const locked = rows.filter((row) => row.locked).map(({ accountId }) => accountId)
  const following = ids.filter((id) => !locked.includes(id))
  const short = [...(await shortages(db, new Map(following.map((id) => [id, draft.values]))))]
  const changes = differences(plan, draft)
  const over = short
    .map(([id, found]) => ({ ids: [id], details: found.map(tooMuch) }))
    .filter(({ details }) => details.length > 0)
  return {
    fingerprint: digest([plan, draft, ids, locked, short]),
    users: ids.length,
    differences: changes,
    effects: {
      ...none(),
      changed: following.length > 0 ? [{ ids: following, details: changes }] : [],
      over,
      locked: locked.length > 0 ? [{ ids: locked, details: [] }] : [],
    },
    overdrawn: [],
  }
}

/** Of what does not add up it says no more than what is left. */
function tooMuch({ property, has, sold, adds }: Shortage): Detail {
  const [label, to] = [labelWithUnit(property), word(property, has)]
  if (!adds || property.kind !== 'limit') return { label, to }
  return { label, from: inUnit(property.unit, sold), to }
}

/** What each host can do; one that has not told its facts yet is not there. */
export async function providesOf(db: Db, hostIds: number[]) {
  const rows = await db
    .select({ id: hosts.id, facts: hosts.facts })
    .from(hosts)
    .where(among(hosts.id, hostIds))
  return new Map(
    rows
      .toSorted((one, other) => one.id - other.id)
      .flatMap(({ id, facts }) => (facts ? [[id, facts.provides] as const] : [])),
  )
}

const digest = (state: unknown) =>
  createHash('sha256').update(JSON.stringify(state)).digest('base64url')
