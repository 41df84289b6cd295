import { and, asc, eq, inArray, not, type SQL, sql } from 'drizzle-orm'
import { type PgColumn, unionAll } from 'drizzle-orm/pg-core'
import { accounts } from '../accounts/schema.ts'
import type { Db } from '../db/database.ts'
import { bound } from '../db/narrowing.ts'
import { counted, having, type Some, some } from '../db/some.ts'
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

/** S-23: how often each of these plans is in use, without going through all that have one. */
export async function planUse(db: Db, planIds: number[]): Promise<Map<number, Some>> {
  const { removing } = subscriptions
  const asked = sql`asked.id`
  const rows = await db.execute<{ id: number; found: number }>(sql`
    select id::integer, ${counted(sql`select from (
      (select from ${subscriptions} where not ${removing} and ${having(asked, subscriptions.planId, subscriptions.id)} ${bound})
      union all
      (select from ${subscriptionAddOns} join ${subscriptions}
        on ${subscriptions.id} = ${subscriptionAddOns.subscriptionId}
        where not ${removing} and ${having(asked, subscriptionAddOns.planId)} ${bound})
      union all
      (select from ${resellers} where ${having(asked, resellers.planId)} ${bound})) as users`)} as found
    from unnest(${`{${planIds.join(',')}}`}::bigint[]) as asked (id)`)
  return new Map(rows.map(({ id, found }) => [id, some(found)]))
}

export const planUseOf = async (db: Db, { id }: Pick<Plan, 'id'>): Promise<Some> =>
  (await planUse(db, [id])).get(id)!

/** Some of those who have this plan, by name: of very many not the first of all. */
export async function planUsers(db: Db, plan: Plan, shown: number): Promise<PlanUser[]> {
  return plan.kind === 'reseller'
    ? db
        .select({ id: accounts.id, name: accounts.name, owner: accounts.company })
        .from(accounts)
        .where(sql`${accounts.id} in (${first(resellers.accountId, resellers.planId, plan)})`)
        .orderBy(asc(accounts.name), asc(accounts.id))
        .limit(shown)
        .then((rows) => rows.map((row) => ({ kind: 'account', ...row })))
    : db
        .select({ id: subscriptions.id, name: subscriptions.domain, owner: accounts.name })
        .from(subscriptions)
        .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
        .where(
          and(
            sql`${subscriptions.id} in (${
              plan.kind === 'service'
                ? first(subscriptions.id, subscriptions.planId, plan)
                : first(subscriptionAddOns.subscriptionId, subscriptionAddOns.planId, plan)
            })`,
            not(subscriptions.removing),
          ),
        )
        .orderBy(asc(subscriptions.domain))
        .limit(shown)
        .then((rows) => rows.map((row) => ({ kind: 'subscription', ...row })))
}

const first = (id: PgColumn, planId: PgColumn, plan: Plan) =>
  sql`select ${id} from ${id.table} where ${having(plan.id, planId)} ${bound}`

/** Subscriptions with this plan as their own or as an add-on. */
export const havingPlan = (db: Db, planId: number): SQL =>
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
