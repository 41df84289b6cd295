import { type SQL, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import type { Transaction } from '../db/database.ts'
import { arrayOf } from '../db/many.ts'
import { bulk } from '../jobs/enqueue.ts'
import type { Values } from '../plans/catalogue.ts'
import { lockContracts } from '../plans/contract.ts'
import { type Alike, alikeOrCustom, compute, plansOf, type Tied } from './alike.ts'
import { scarce } from './budget.ts'
import { followedTogether } from './following.ts'
import { refuseMoreOversold } from './oversold.ts'
import { subscriptions } from './schema.ts'
import { changedRow, tellHosts } from './want.ts'

/** What their values come from instead; a group may fall apart. */
export type Change = (group: Tied) => Tied[]

/**
 * Other plans, or none, and what each has from then on, in one pass over their rows, which the caller
 * holds with their plans. Hosts are told of those for which something differs, and each version grows
 * by exactly one. Locked ones keep what they have, and so do those without a plan. Those that change
 * hands get what their new seller can give before they are handed over, for a second pass over their
 * rows would cost as much again; who hands them over looks whether there is room.
 *
 * @throws Invalid when a reseller would have sold more than it has
 */
export async function retie(
  tx: Transaction,
  actor: Actor,
  which: SQL,
  change: Change,
  batchId: number | null = null,
): Promise<void> {
  const wanted = (await alikeOrCustom(tx, which)).flatMap(change)
  const contracts = await lockContracts(tx, resellersOf(wanted))
  const staying = resellersOf(wanted.filter(({ sellerId }) => sellerId === undefined))
  const budgets = await scarce(tx, staying)
  const plans = await plansOf(tx, wanted)
  const follows = (group: Tied): group is Alike => group.planId !== null && !group.locked
  const changed = await store(
    tx,
    wanted.map((group) => ({
      ...group,
      wanted: follows(group) ? compute(group, plans, contracts).values : group.values,
    })),
  )
  await refuseMoreOversold(tx, budgets, await scarce(tx, staying))
  await tellHosts(
    tx,
    actor,
    changed.filter(({ differs }) => differs),
    bulk,
    batchId,
  )
}

const resellersOf = (groups: Tied[]) => [
  ...new Set(groups.flatMap(({ resellerId }) => resellerId ?? [])),
]

/** One statement for all; what is the same for many is sent once. */
function store(tx: Transaction, groups: (Tied & { wanted: Values })[]) {
  const rows = groups.flatMap(({ ids }, place) => ids.map((id) => [id, place + 1] as const))
  const shared = JSON.stringify(
    groups.map(({ planId, locked, sellerId, values, wanted }) => ({
      ...{ planId, locked, sellerId, values, wanted },
    })),
  )
  const change = tx
    .update(subscriptions)
    .set({
      planId: sql`shared.plan`,
      locked: sql`shared.locked`,
      sellerId: sql`coalesce(shared.seller, ${subscriptions.sellerId})`,
      values: sql`case when shared.differs then shared.wanted else ${subscriptions.values} end`,
      generation: sql`${subscriptions.generation} + shared.differs::integer`,
      version: sql`${subscriptions.version} + 1`,
    })
    .from(sql`unnest(${arrayOf(rows.map(([id]) => id))}::bigint[],
        ${arrayOf(rows.map(([, place]) => place))}::integer[]) as own (id, place)
      join (select place, (tie ->> 'planId')::bigint as plan, (tie ->> 'locked')::boolean as locked,
          (tie ->> 'sellerId')::bigint as seller, tie -> 'wanted' as wanted, tie -> 'wanted' <> tie -> 'values' as differs
        from jsonb_array_elements(${shared}::jsonb) with ordinality as one (tie, place)
        offset 0) as shared using (place)`)
    .where(sql`${subscriptions.id} = own.id`)
    .returning({ ...changedRow, differs: sql<boolean>`shared.differs` })
  return followedTogether(
    tx,
    rows.map(([id]) => id),
    () => change,
  )
}
