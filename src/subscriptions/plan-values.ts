import { and, eq, isNotNull, not, type SQL, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import type { Db, Transaction } from '../db/database.ts'
import { arrayOf } from '../db/many.ts'
import { bulk } from '../jobs/enqueue.ts'
import type { Values } from '../plans/catalogue.ts'
import { contractsOf, lockContracts } from '../plans/contract.ts'
import { holdSubscriptions } from './access.ts'
import { type Alike, alike, compute, plansOf } from './alike.ts'
import { type Budget, scarce } from './budget.ts'
import { holder, provider } from './budget-holder.ts'
import { followedTogether } from './following.ts'
import { refuseMoreOversold } from './oversold.ts'
import { subscriptions } from './schema.ts'
import { changedRow, tellHosts } from './want.ts'

/** The subscriptions of a change to plans, which nothing else changes until the transaction ends. */
export interface Held {
  groups: Alike[]
  /** of their resellers */
  contracts: Map<number, Values>
  /** what those have sold before the change, as far as they can run short */
  budgets: Map<number, Budget>
}

/**
 * Computes anew what these subscriptions have from plan, add-ons and overrides, and tells the hosts
 * of those for which it differs. Locked and custom ones keep what they have (P-40). The caller holds
 * their plans, so that nothing is sold of them meanwhile.
 *
 * @returns how many differ
 * @throws Invalid when a reseller would have sold more than it has
 */
export async function recomputeValues(
  tx: Transaction,
  actor: Actor,
  which: SQL,
  batchId: number | null = null,
): Promise<number> {
  const changed = await storeValues(tx, await hold(tx, and(which, not(subscriptions.locked))!))
  await tellHosts(tx, actor, changed, bulk, batchId)
  return changed.length
}

/** In the order of their numbers, so that two changes never wait for each other. */
export async function hold(tx: Transaction, which: SQL): Promise<Held> {
  const resellerIds = await resellersOf(tx, which)
  const contracts = await lockContracts(tx, resellerIds)
  await holdSubscriptions(tx, which)
  return {
    contracts,
    budgets: await scarce(tx, resellerIds),
    groups: await alike(tx, which),
  }
}

/** The same to look at only: it may be different the next moment. */
export async function look(db: Db, which: SQL): Promise<Held> {
  const resellerIds = await resellersOf(db, which)
  return {
    contracts: await contractsOf(db, resellerIds),
    budgets: await scarce(db, resellerIds),
    groups: await alike(db, which),
  }
}

/**
 * Stores what those that are not locked have by now.
 *
 * @returns those that differ; their hosts are still to be told
 * @throws Invalid when a reseller would have sold more than it has
 */
export async function storeValues(tx: Transaction, { groups, contracts, budgets }: Held) {
  const following = groups.filter(({ locked }) => !locked)
  const plans = await plansOf(tx, following)
  const changed = await store(
    tx,
    following.map((group) => ({ ...group, values: compute(group, plans, contracts).values })),
  )
  await refuseMoreOversold(tx, budgets, await scarce(tx, [...budgets.keys()]))
  return changed
}

async function resellersOf(db: Db, which: SQL): Promise<number[]> {
  const rows = await db
    .selectDistinct({ holder })
    .from(subscriptions)
    .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
    .leftJoin(provider, eq(provider.id, accounts.providerId))
    .where(and(which, isNotNull(subscriptions.planId)))
  return rows.flatMap((row) => row.holder ?? [])
}

/** One statement for all; subscriptions of one plan mostly share their values, so each is sent once. */
async function store(tx: Transaction, groups: Pick<Alike, 'ids' | 'values'>[]) {
  const wanted = groups.flatMap(({ ids }, index) => ids.map((id) => ({ id, place: index + 1 })))
  const change = tx
    .update(subscriptions)
    .set({
      values: sql`shared.values`,
      generation: sql`${subscriptions.generation} + 1`,
      version: sql`${subscriptions.version} + 1`,
    })
    .from(sql`unnest(${arrayOf(wanted.map(({ id }) => id))}::bigint[],
        ${arrayOf(wanted.map(({ place }) => place))}::int[]) as own (id, place)
      join jsonb_array_elements(${JSON.stringify(groups.map(({ values }) => values))}::jsonb)
        with ordinality as shared (values, place) using (place)`)
    .where(sql`${subscriptions.id} = own.id and ${subscriptions.values} <> shared.values`)
    .returning(changedRow)
  return followedTogether(
    tx,
    wanted.map(({ id }) => id),
    () => change,
  )
}
