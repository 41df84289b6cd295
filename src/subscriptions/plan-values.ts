import { and, asc, isNotNull, not, type SQL, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import type { Transaction } from '../db/database.ts'
import { bulk } from '../jobs/enqueue.ts'
import type { Values } from '../plans/catalogue.ts'
import { lockContracts } from '../plans/contract.ts'
import { settled, values } from '../plans/values.ts'
import { scarce } from './budget.ts'
import { holdersOf } from './budget-holder.ts'
import { refuseMoreOversold } from './oversold.ts'
import { type Parts, partsOf } from './plan-parts.ts'
import { subscriptions } from './schema.ts'
import { changedRow, tellHosts } from './want.ts'

/**
 * Computes anew what these subscriptions have from plan, add-ons and overrides, and tells the hosts
 * of those for which it differs. Locked and custom ones keep what they have (P-40). The caller holds
 * their plans, so that nothing is sold of them meanwhile.
 *
 * @returns how many differ
 * @throws Invalid when a reseller would have sold more than it has (R-23)
 */
export async function recomputeValues(tx: Transaction, actor: Actor, which: SQL): Promise<number> {
  const following = and(
    which,
    isNotNull(subscriptions.planId),
    not(subscriptions.locked),
    not(subscriptions.removing),
  )!
  const holders = await holdersOf(tx, following)
  const resellerIds = [...new Set([...holders.values()].filter((id) => id !== null))]
  const contracts = await lockContracts(tx, resellerIds)
  const before = await scarce(tx, resellerIds)

  const parts = await partsOf(tx, await lock(tx, following))
  const changed = await store(
    tx,
    [...parts].map(([id, own]) => [id, sold(own, contracts.get(holders.get(id) ?? 0))]),
  )
  await refuseMoreOversold(tx, before, await scarce(tx, resellerIds))
  await tellHosts(tx, actor, changed, bulk)
  return changed.length
}

/** In the order of their numbers, so that two changes never wait for each other. */
const lock = (tx: Transaction, which: SQL) =>
  tx
    .select({ id: subscriptions.id, planId: subscriptions.planId })
    .from(subscriptions)
    .where(which)
    .orderBy(asc(subscriptions.id))
    .for('update')

function sold({ plan, addOns, overrides }: Parts, cap: Values | undefined): Values {
  const wanted = values(plan, addOns, overrides)
  return cap ? settled(cap, wanted) : wanted
}

/** One statement for all; subscriptions of one plan mostly share their values, so each is sent once. */
async function store(tx: Transaction, wanted: [id: number, values: Values][]) {
  const texts = wanted.map(([, own]) => JSON.stringify(own))
  const distinct = [...new Set(texts)]
  const places = new Map(distinct.map((text, index) => [text, index + 1]))
  return tx
    .update(subscriptions)
    .set({
      values: sql`shared.values`,
      generation: sql`${subscriptions.generation} + 1`,
      version: sql`${subscriptions.version} + 1`,
    })
    .from(sql`unnest(${list(wanted.map(([id]) => id))}::bigint[],
        ${list(texts.map((text) => places.get(text)!))}::int[]) as own (id, place)
      join jsonb_array_elements(${`[${distinct.join(',')}]`}::jsonb)
        with ordinality as shared (values, place) using (place)`)
    .where(sql`${subscriptions.id} = own.id and ${subscriptions.values} <> shared.values`)
    .returning(changedRow)
}

const list = (numbers: number[]) => `{${numbers.join(',')}}`
