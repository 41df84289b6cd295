import { and, asc, eq, inArray, not, type SQL, sql } from 'drizzle-orm'
import { unionAll } from 'drizzle-orm/pg-core'
import { accounts } from '../accounts/schema.ts'
import type { Db } from '../db/database.ts'
import { most } from '../db/narrowing.ts'
import { written } from '../db/written.ts'
import { type Plan, resellers } from '../plans/schema.ts'
import { subscriptionAddOns, subscriptions } from './schema.ts'

/** Who has a plan: a subscription, or the account of a reseller. */
export interface PlanUser {
  kind: 'subscription' | 'account'
  id: number
  name: string
  /** the account it belongs to */
  owner: string
}

/** How many have a plan: at most `most` are counted, then there are `more`. */
export interface PlanUse {
  count: number
  more: boolean
}

export const unused: PlanUse = { count: 0, more: false }

/** S-23: how often each of these plans is in use, without going through all that have one. */
export async function planUse(db: Db, planIds: number[]): Promise<Map<number, PlanUse>> {
  const bound = sql.raw(`limit ${most + 1}`)
  const { planId, removing } = subscriptions
  const rows = await db.execute<{ id: number; found: number }>(sql`
    select id::integer, (select count(*)::integer from (
      (select from ${subscriptions} where ${planId} = asked.id and not ${removing} ${bound})
      union all
      (select from ${subscriptionAddOns} join ${subscriptions}
        on ${subscriptions.id} = ${subscriptionAddOns.subscriptionId}
        where ${subscriptionAddOns.planId} = asked.id and not ${removing} ${bound})
      union all
      (select from ${resellers} where ${resellers.planId} = asked.id ${bound})
      ${bound}) as users) as found
    from unnest(${`{${planIds.join(',')}}`}::bigint[]) as asked (id)`)
  return new Map(
    rows.map(({ id, found }) => [id, { count: Math.min(found, most), more: found > most }]),
  )
}

export const planUseOf = async (db: Db, { id }: Pick<Plan, 'id'>): Promise<PlanUse> =>
  (await planUse(db, [id])).get(id)!

/** Some of those who have this plan, by name: of very many not the first of all. */
export async function planUsers(db: Db, plan: Plan, shown: number): Promise<PlanUser[]> {
  return plan.kind === 'reseller'
    ? db
        .select({ id: accounts.id, name: accounts.name, owner: accounts.company })
        .from(accounts)
        .where(
          inArray(
            accounts.id,
            db
              .select({ id: resellers.accountId })
              .from(resellers)
              .where(eq(resellers.planId, plan.id))
              .limit(written(most)),
          ),
        )
        .orderBy(asc(accounts.name), asc(accounts.id))
        .limit(shown)
        .then((rows) => rows.map((row) => ({ kind: 'account', ...row })))
    : db
        .select({ id: subscriptions.id, name: subscriptions.domain, owner: accounts.name })
        .from(subscriptions)
        .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
        .where(and(inArray(subscriptions.id, holders(db, plan.id).limit(written(most))), staying))
        .orderBy(asc(subscriptions.domain))
        .limit(shown)
        .then((rows) => rows.map((row) => ({ kind: 'subscription', ...row })))
}

/** Subscriptions with this plan as their own or as an add-on. */
export const having = (db: Db, planId: number): SQL =>
  inArray(subscriptions.id, holders(db, planId))

/** Two questions, each answered by its index: one with `or` goes through all subscriptions. */
const holders = (db: Db, planId: number) =>
  unionAll(
    db.select({ id: subscriptions.id }).from(subscriptions).where(eq(subscriptions.planId, planId)),
    db
      .select({ id: subscriptionAddOns.subscriptionId })
      .from(subscriptionAddOns)
      .where(eq(subscriptionAddOns.planId, planId)),
  )

/** What is being taken off its host uses nothing any more. */
const staying = not(subscriptions.removing)
