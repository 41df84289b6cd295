import { and, asc, eq, exists, getTableColumns, notExists, or, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { maySell } from '../accounts/access.ts'
import { accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import type { Db, Transaction } from '../db/database.ts'
import { Invalid, NotFound } from '../errors.ts'
import { type Plan, type PlanKind, plans } from './schema.ts'

/** An admin sees all plans, a reseller its own, a customer none. */
export function visiblePlans(actor: Actor): SQL {
  switch (actor.kind) {
    case 'admin':
      return sql`true`
    case 'reseller':
      return eq(plans.ownerId, actor.accountId)
    case 'customer':
      return sql`false`
  }
}

export async function findPlan(db: Db, actor: Actor, id: number): Promise<Plan> {
  return only(await visible(db, actor, id))
}

export async function lockPlan(tx: Transaction, actor: Actor, id: number): Promise<Plan> {
  return only(await visible(tx, actor, id).for('update'))
}

/** Whoever sells makes plans; resellers themselves are the admin's to sell to. */
export const mayMakePlans = (actor: Actor, kind: PlanKind = 'service'): boolean =>
  maySell(actor) && (kind !== 'reseller' || actor.kind === 'admin')

/**
 * What a seller may sell now, by name: its own plans, all admins being one seller, and what its admin
 * lets resellers sell within their limits, unless it has one of that name itself. The caller has made
 * sure that the actor may sell in this account's name.
 */
export function offeredPlans(
  db: Db,
  sellerId: number,
  kind: PlanKind = 'service',
): Promise<Plan[]> {
  return offered(db, sellerId, kind).orderBy(asc(sql`lower(${plans.name})`), asc(plans.id))
}

/** As a condition: this seller has something to sell. */
export const hasOffer = (db: Db, sellerId: number): SQL => exists(offered(db, sellerId, 'service'))

/** Kept from changing until the sale is done, so that what is sold is what the plan says. */
export async function lockOfferedPlan(
  tx: Transaction,
  sellerId: number,
  id: number,
  kind: PlanKind = 'service',
): Promise<Plan> {
  const [row] = await offered(tx, sellerId, kind, eq(plans.id, id)).for('share', { of: plans })
  if (!row) throw new Invalid('plan', 'Choose one of the plans on offer.')
  return row
}

function offered(db: Db, sellerId: number, kind: PlanKind, more?: SQL) {
  const seller = alias(accounts, 'seller')
  const owner = alias(accounts, 'owner')
  // Asked of one owner at a time: in a join Postgres may go through all accounts for a few plans.
  const anAdmins = sql`(${db.select({ kind: owner.kind }).from(owner).where(eq(owner.id, plans.ownerId))}) = 'admin'`
  const own = alias(plans, 'own')
  const sameName = and(
    eq(own.ownerId, seller.id),
    eq(own.kind, plans.kind),
    sql`lower(${own.name}) = lower(${plans.name})`,
  )
  const open = or(
    eq(seller.kind, 'admin'),
    and(
      eq(seller.kind, 'reseller'),
      eq(plans.notForResellers, false),
      notExists(db.select().from(own).where(sameName)),
    ),
  )
  return db
    .select(getTableColumns(plans))
    .from(plans)
    .innerJoin(seller, eq(seller.id, sellerId))
    .where(
      and(
        eq(plans.kind, kind),
        eq(plans.hidden, false),
        or(eq(plans.ownerId, seller.id), and(anAdmins, open)),
        more,
      ),
    )
    .$dynamic()
}

function visible(db: Db, actor: Actor, id: number) {
  return db
    .select()
    .from(plans)
    .where(and(eq(plans.id, id), visiblePlans(actor)))
}

function only(rows: Plan[]): Plan {
  const [plan] = rows
  if (!plan) throw new NotFound()
  return plan
}
