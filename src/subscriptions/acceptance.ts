import { and, asc, eq, type SQL, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { recordAll } from '../audit/record.ts'
import type { Database, Transaction } from '../db/database.ts'
import { among } from '../db/many.ts'
import { Stale } from '../errors.ts'
import { bulk, interactive } from '../jobs/enqueue.ts'
import type { PropertyKey, Value } from '../plans/catalogue.ts'
import { assertMayProvideFor, findSubscription } from './access.ts'
import { saying } from './available.ts'
import { type ConflictGroup, ofGroup } from './conflict-groups.ts'
import { holdAll, lockGroup } from './conflict-hold.ts'
import { fingerprint } from './conflict-report.ts'
import { recomputeValues } from './plan-values.ts'
import { conflicts, overrides, type Subscription, subscriptions } from './schema.ts'
import { changedRow, tellHosts } from './want.ts'

/**
 * P-52: what its host can give becomes what the subscription has, on purpose and with a reason.
 *
 * @param seen the report's fingerprint
 * @returns the job's number
 */
export function acceptReport(
  db: Database,
  actor: Actor,
  id: number,
  seen: string,
): Promise<number | null> {
  return db.transaction(async (tx) => {
    const { account } = await findSubscription(tx, actor, id)
    assertMayProvideFor(actor, account)
    await holdAll(tx, [id])
    const rows = await tx
      .select()
      .from(conflicts)
      .where(eq(conflicts.subscriptionId, id))
      .orderBy(asc(conflicts.property))
    if (rows.length === 0) return null
    if (fingerprint(rows) !== seen) {
      throw new Stale('The host says something else by now. Look at it again.')
    }
    return (await accept(tx, actor, [id], undefined, interactive))[0] ?? null
  })
}

/**
 * The same for a whole group, in one transaction.
 *
 * @returns how many subscriptions
 */
export function acceptGroup(db: Database, actor: Actor, group: ConflictGroup): Promise<number> {
  return db.transaction(async (tx) => {
    const ids = await lockGroup(tx, actor, group)
    if (ids.length === 0) return 0
    const property = group.by === 'property' ? ofGroup(group) : undefined
    return (await accept(tx, actor, ids, property, bulk)).length
  })
}

type Taken = Pick<typeof conflicts.$inferSelect, 'subscriptionId' | 'property' | 'available'>
type Row = Pick<Subscription, 'id' | 'domain' | 'accountId' | 'planId' | 'locked' | 'values'>

async function accept(
  tx: Transaction,
  actor: Actor,
  ids: number[],
  which: SQL | undefined,
  priority: number,
): Promise<number[]> {
  const taken = await tx
    .delete(conflicts)
    .where(and(among(conflicts.subscriptionId, ids), which))
    .returning({
      subscriptionId: conflicts.subscriptionId,
      property: conflicts.property,
      available: conflicts.available,
    })
  const changes = Map.groupBy(taken.map(settled), (change) => change.subscriptionId)
  const rows: Row[] = await tx
    .select()
    .from(subscriptions)
    .where(among(subscriptions.id, [...changes.keys()]))
  const following = rows.filter(({ planId, locked }) => planId !== null && !locked)
  const apart = rows.filter((row) => !following.includes(row))

  await override(
    tx,
    actor,
    following.flatMap(({ id }) => changes.get(id)!),
  )
  await recomputeValues(tx, actor, among(subscriptions.id, idsOf(following)))
  await setValues(
    tx,
    apart.flatMap(({ id }) => changes.get(id)!),
  )
  await tx
    .update(subscriptions)
    .set({
      unsynced: sql`exists (select from ${conflicts}
      where ${conflicts.subscriptionId} = ${subscriptions.id})`,
    })
    .where(among(subscriptions.id, ids))
  await tell(tx, actor, rows, changes)
  const changed = await tx
    .select(changedRow)
    .from(subscriptions)
    .where(among(subscriptions.id, idsOf(rows)))
    .orderBy(asc(subscriptions.id))
  return tellHosts(tx, actor, changed, priority)
}

interface Change {
  subscriptionId: number
  property: PropertyKey
  value: Value
}

const settled = ({ subscriptionId, property, available }: Taken): Change => ({
  subscriptionId,
  ...saying(property, available),
})

/** What the customer chose stays the customer's to choose (P-46). */
async function override(tx: Transaction, actor: Actor, changes: Change[]) {
  if (changes.length === 0) return
  await tx.execute(sql`
    insert into ${overrides} (subscription_id, property, value, author_name, reason)
    select "subscriptionId", property, value, ${actor.loginName}, ${reason}
    from jsonb_to_recordset(${JSON.stringify(changes)}::jsonb)
      as change ("subscriptionId" bigint, property text, value jsonb)
    on conflict (subscription_id, property) do update set
      value = excluded.value, author_name = excluded.author_name,
      reason = excluded.reason, at = now()`)
}

const reason = 'Accepted what the host can provide'

/** Custom and locked ones have values that are all their own. */
async function setValues(tx: Transaction, changes: Change[]) {
  if (changes.length === 0) return
  await tx.execute(sql`
    update ${subscriptions} set
      "values" = ${subscriptions.values} || patch.values,
      generation = ${subscriptions.generation} + 1,
      version = ${subscriptions.version} + 1
    from (
      select "subscriptionId" as id, jsonb_object_agg(property, value) as values
      from jsonb_to_recordset(${JSON.stringify(changes)}::jsonb)
        as change ("subscriptionId" bigint, property text, value jsonb)
      group by 1
    ) as patch
    where ${subscriptions.id} = patch.id`)
}

const tell = (tx: Transaction, actor: Actor, rows: Row[], changes: Map<number, Change[]>) =>
  recordAll(
    tx,
    actor,
    rows.map(({ id, domain, accountId, values }) => {
      const own = changes
        .get(id)!
        .map(({ property, value }) => [property, { from: values[property], to: value }])
      return {
        action: 'subscription.available_values_accepted',
        object: { kind: 'subscription', id, name: domain },
        accountId,
        changes: Object.fromEntries(own),
      }
    }),
  )

const idsOf = (rows: Row[]) => rows.map(({ id }) => id)
