import { and, eq, isNotNull, type SQL, sql } from 'drizzle-orm'
import type { Account } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import type { Db, Transaction } from '../db/database.ts'
import { among } from '../db/many.ts'
import { bulk } from '../jobs/enqueue.ts'
import { plans } from '../plans/schema.ts'
import { followedTogether } from '../subscriptions/following.ts'
import { type Change, retie } from '../subscriptions/retie.ts'
import { overrides, subscriptionAddOns, subscriptions } from '../subscriptions/schema.ts'
import { tellHosts } from '../subscriptions/want.ts'
import { type Told, told } from './action.ts'
import { type BatchItem, formerSubscriptions, type Of } from './schema.ts'

/** Their rows are held, and are about to be changed once each. */
export async function keepFormer(tx: Transaction, batchId: number, of: Of, ids: number[]) {
  const { id, accountId, planId, locked, values, version } = subscriptions
  await tx.execute(sql`
    insert into ${formerSubscriptions} (batch_id, subscription_id, object_id, plan_id, locked, values,
      add_ons, overrides, version)
    select ${batchId}::bigint, ${id}, ${of === 'account' ? accountId : id}, ${planId}, ${locked},
      case when ${planId} is null or ${locked} then ${values} end,
      array(select a.plan_id from ${subscriptionAddOns} a where a.subscription_id = ${id} order by 1),
      to_jsonb(array(select to_jsonb(o) from ${overrides} o where o.subscription_id = ${id})),
      ${version} + 1
    from ${subscriptions} where ${among(id, ids)}`)
}

const former = formerSubscriptions

const ofItems = (items: BatchItem[]): SQL =>
  and(
    eq(former.batchId, items[0]?.batchId ?? 0),
    among(
      former.objectId,
      items.map(({ objectId }) => objectId),
    ),
  )!

/** What keeps an item from being brought back, by its number. */
export async function obstaclesOf(db: Db, items: BatchItem[]): Promise<Map<number, Told>> {
  const changed = sql<boolean>`${subscriptions.version} is distinct from ${former.version}`
  const rows = await db
    .select({ id: former.objectId, changed })
    .from(former)
    .leftJoin(subscriptions, eq(subscriptions.id, former.subscriptionId))
    .leftJoin(plans, eq(plans.id, former.planId))
    .where(
      and(
        ofItems(items),
        sql`(${changed} or ${former.planId} is not null and ${plans.id} is null)`,
      ),
    )
  return new Map(
    rows.map(({ id, changed }) => [
      id,
      told(changed ? 'It was changed since.' : 'Its former plan is not there any more.'),
    ]),
  )
}

/** How many subscriptions each of these had. */
export async function formerCounts(db: Db, items: BatchItem[]): Promise<Map<number, number>> {
  const rows = await db
    .select({ id: former.objectId, count: sql<number>`count(*)::integer` })
    .from(former)
    .where(ofItems(items))
    .groupBy(former.objectId)
  return new Map(rows.map(({ id, count }) => [id, count]))
}

/** All that they had, each once, in order. */
export async function formerPlans(db: Db, items: BatchItem[]): Promise<number[]> {
  const rows = await db
    .selectDistinct({ id: sql`plan`.mapWith(Number) })
    .from(former)
    .innerJoin(
      sql`lateral unnest(${former.addOns} || ${former.planId}) as own (plan)`,
      sql`plan is not null`,
    )
    .where(ofItems(items))
  return rows.map(({ id }) => id).toSorted((a, b) => a - b)
}

/** Brings them back to that; who follows a plan gets what that plan says today. */
export async function restoreFormer(
  tx: Transaction,
  actor: Actor,
  items: BatchItem[],
  batchId: number,
  sellerOf: SellerOf = () => undefined,
) {
  const which = ofItems(items)
  const ids = tx.select({ id: former.subscriptionId }).from(former).where(which)
  await tx.delete(subscriptionAddOns).where(sql`${subscriptionAddOns.subscriptionId} in ${ids}`)
  await tx.delete(overrides).where(sql`${overrides.subscriptionId} in ${ids}`)
  await tx.execute(sql`
    insert into ${subscriptionAddOns} (subscription_id, plan_id)
    select ${former.subscriptionId}, own from ${former}, unnest(${former.addOns}) own
    where ${which} and exists (select from ${plans} where ${plans.id} = own)`)
  await tx.execute(sql`
    insert into ${overrides}
    select own.* from ${former}, jsonb_populate_recordset(null::overrides, ${former.overrides}) own
    where ${which}`)
  await restoreValues(tx, actor, which, batchId)
  await restorePlans(tx, actor, which, batchId, sellerOf)
}

/** Of those that followed no plan. */
async function restoreValues(tx: Transaction, actor: Actor, which: SQL, batchId: number) {
  const rows = await tx
    .select({ id: former.subscriptionId })
    .from(former)
    .where(and(which, isNotNull(former.values)))
  const restored = await followedTogether(
    tx,
    rows.map(({ id }) => id),
    () => storeFormer(tx, which),
  )
  const changed = restored.filter(({ differs }) => differs)
  await tellHosts(tx, actor, changed, bulk, batchId)
}

async function storeFormer(tx: Transaction, which: SQL) {
  const rows = await tx.execute<{
    id: string
    host: string
    account: string
    differs: boolean
  }>(sql`
    with had as materialized (
      select ${former.subscriptionId} as id, ${former.planId} as plan, ${former.locked} as locked,
        ${former.values} as values, ${former.values} <> ${subscriptions.values} as differs
      from ${former} join ${subscriptions} on ${subscriptions.id} = ${former.subscriptionId}
      where ${which} and ${former.values} is not null
    )
    update ${subscriptions} now set plan_id = had.plan, locked = had.locked, values = had.values,
      version = now.version + 1, generation = now.generation + had.differs::integer
    from had where now.id = had.id
    returning now.id, now.host_id as host, now.account_id as account, had.differs`)
  return rows.map(({ id, host, account, differs }) => ({
    id: Number(id),
    hostId: Number(host),
    accountId: Number(account),
    differs,
  }))
}

async function restorePlans(
  tx: Transaction,
  actor: Actor,
  which: SQL,
  batchId: number,
  sellerOf: SellerOf,
) {
  const rows = await tx
    .select({ id: former.subscriptionId, objectId: former.objectId, planId: former.planId })
    .from(former)
    .where(and(which, sql`${former.values} is null`))
  const said = new Map(
    rows.map(({ id, objectId, planId }) => [id, { planId, seller: sellerOf(objectId) }]),
  )
  const ids = among(subscriptions.id, [...said.keys()])
  await retie(
    tx,
    actor,
    ids,
    regrouped((id) => said.get(id)!),
    batchId,
  )
}

/** Who sells it from then on, where it changes hands. */
export type SellerOf = (objectId: number) => Seller | undefined
type Seller = Pick<Account, 'id' | 'kind'>

/** Each gets the plan that is said of it, null: none; locked it is no more. */
export const regrouped =
  (said: (id: number) => { planId: number | null; seller?: Seller | undefined }): Change =>
  (group) => {
    const alike = Map.groupBy(group.ids, (id) => {
      const { planId, seller } = said(id)
      return `${planId} ${seller?.id}`
    })
    return [...alike.values()].map((ids) => {
      const { planId, seller } = said(ids[0]!)
      return { ...group, ...(seller && soldBy(seller)), ids, planId, locked: false }
    })
  }

const soldBy = ({ id, kind }: Seller) => ({
  sellerId: id,
  resellerId: kind === 'reseller' ? id : null,
})
