import { and, asc, eq, inArray, not, type SQL, sql } from 'drizzle-orm'
import { type PgColumn, unionAll } from 'drizzle-orm/pg-core'
import { accounts } from '../accounts/schema.ts'
import type { Db } from '../db/database.ts'
import { most } from '../db/narrowing.ts'
import { counted, type Some, some } from '../db/some.ts'
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
  const rows = await db.execute<{ id: number; found: number }>(sql`
    select id::integer, ${counted(sql`select from (
      (select from ${subscriptions} where not ${removing} and ${withPlan(subscriptions.planId, subscriptions.id)})
      union all
      (select from ${subscriptionAddOns} join ${subscriptions}
        on ${subscriptions.id} = ${subscriptionAddOns.subscriptionId}
        where not ${removing} and ${withPlan(subscriptionAddOns.planId)})
      union all
      (select from ${resellers} where ${withPlan(resellers.planId)})) as users`)} as found
    from unnest(${`{${planIds.join(',')}}`}::bigint[]) as asked (id)`)
  return new Map(rows.map(({ id, found }) => [id, some(found)]))
}

/**
 * The first of those with the plan of the outer statement. Asked for as a range and in order, for then
 * nothing but the index can answer: Postgres does not see which plan it is, and would rather go through
 * all of the table until it has enough, which there never is of a plan that nobody has.
 */
const withPlan = (plan: PgColumn, ...more: PgColumn[]) => sql`${plan} between asked.id and asked.id
  order by ${sql.join([plan, ...more], sql`, `)} limit ${sql.raw(String(most + 1))}`

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

const first = (id: PgColumn, planId: PgColumn, plan: Plan) => sql`
  select ${id} from ${id.table}, (select ${plan.id}::bigint as id) as asked where ${withPlan(planId)}`

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
