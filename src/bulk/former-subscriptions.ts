import { asc, isNull, or, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import type { Transaction } from '../db/database.ts'
import { among } from '../db/many.ts'
import { bulk } from '../jobs/enqueue.ts'
import type { Values } from '../plans/catalogue.ts'
import { plans } from '../plans/schema.ts'
import { recomputeValues } from '../subscriptions/plan-values.ts'
import { overrides, subscriptionAddOns, subscriptions } from '../subscriptions/schema.ts'
import { changedRow, tellHosts } from '../subscriptions/want.ts'

/** All that says what a subscription has, before a change. */
export interface FormerSubscription {
  id: number
  planId: number | null
  locked: boolean
  /** null: what plan, add-ons and overrides come to */
  values: Values | null
  addOns: number[]
  overrides: Record<string, unknown>[]
}

/** Their rows are held. */
export async function formerSubscriptions(
  tx: Transaction,
  ids: number[],
): Promise<FormerSubscription[]> {
  const own = or(isNull(subscriptions.planId), subscriptions.locked)
  return tx
    .select({
      id: subscriptions.id,
      planId: subscriptions.planId,
      locked: subscriptions.locked,
      values: sql<Values | null>`case when ${own} then ${subscriptions.values} end`,
      addOns: sql<number[]>`coalesce((select json_agg(a.plan_id order by a.plan_id)
        from ${subscriptionAddOns} a where a.subscription_id = ${subscriptions.id}), '[]')`,
      overrides: sql<Record<string, unknown>[]>`coalesce((select json_agg(to_json(o))
        from ${overrides} o where o.subscription_id = ${subscriptions.id}), '[]')`,
    })
    .from(subscriptions)
    .where(among(subscriptions.id, ids))
    .orderBy(asc(subscriptions.id))
}

/** Grows with every change, so that one that was changed since is told. */
export async function versionsOf(tx: Transaction, ids: number[]): Promise<Map<number, number>> {
  const rows = await tx
    .select({ id: subscriptions.id, version: subscriptions.version })
    .from(subscriptions)
    .where(among(subscriptions.id, ids))
  return new Map(rows.map(({ id, version }) => [id, version]))
}

/** Brings them back to that; who follows a plan gets what that plan says today. */
export async function restoreFormer(
  tx: Transaction,
  actor: Actor,
  former: FormerSubscription[],
  batchId: number,
) {
  const ids = former.map(({ id }) => id)
  const rows = sql`jsonb_to_recordset(${JSON.stringify(former)}::jsonb) as former (id bigint,
    "planId" bigint, locked boolean, values jsonb, "addOns" jsonb, overrides jsonb)`
  await tx.delete(subscriptionAddOns).where(among(subscriptionAddOns.subscriptionId, ids))
  await tx.delete(overrides).where(among(overrides.subscriptionId, ids))
  await tx.execute(sql`
    insert into ${subscriptionAddOns} (subscription_id, plan_id)
    select former.id, own::bigint from ${rows}, jsonb_array_elements_text("addOns") own
    where exists (select from ${plans} where ${plans.id} = own::bigint)`)
  await tx.execute(sql`
    insert into ${overrides}
    select own.* from ${rows}, jsonb_populate_recordset(null::overrides, overrides) own`)
  await tx.execute(sql`
    update ${subscriptions} set plan_id = "planId", locked = former.locked, version = version + 1
    from ${rows} where ${subscriptions.id} = former.id`)
  const changed = await tx
    .update(subscriptions)
    .set({ values: sql`former.values`, generation: sql`${subscriptions.generation} + 1` })
    .from(rows)
    .where(
      sql`${subscriptions.id} = former.id and former.values is not null
        and ${subscriptions.values} <> former.values`,
    )
    .returning(changedRow)
  await tellHosts(tx, actor, changed, bulk, batchId)
  await recomputeValues(tx, actor, among(subscriptions.id, ids), batchId)
}
