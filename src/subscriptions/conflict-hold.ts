import { and, asc, eq, type SQL, sql } from 'drizzle-orm'
import { mayWrite } from '../accounts/access.ts'
import { accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import type { Transaction } from '../db/database.ts'
import { among } from '../db/many.ts'
import { Forbidden } from '../errors.ts'
import { plans } from '../plans/schema.ts'
import { type ConflictGroup, ofGroup, openConflicts } from './conflict-groups.ts'
import { hold } from './plan-values.ts'
import { conflicts, subscriptions } from './schema.ts'

/**
 * The subscriptions of a group, held until the transaction ends.
 *
 * @throws {Forbidden} for those who may only look
 */
export async function lockGroup(
  tx: Transaction,
  actor: Actor,
  group: ConflictGroup,
): Promise<number[]> {
  if (actor.kind === 'customer' || !mayWrite(actor)) {
    throw new Forbidden('Only the provider can change this.')
  }
  const concerned = and(openConflicts(tx, actor), ofGroup(group))
  const idsOf = async (more?: SQL) => {
    const rows = await tx
      .selectDistinct({ id: subscriptions.id })
      .from(conflicts)
      .innerJoin(subscriptions, eq(subscriptions.id, conflicts.subscriptionId))
      .where(and(concerned, more))
    return rows.map(({ id }) => id)
  }
  const ids = await idsOf()
  if (ids.length === 0) return []
  await holdAll(tx, ids)
  // who came first may have settled some of them
  return idsOf(among(subscriptions.id, ids))
}

/** Accounts, plans, contracts, subscriptions: as everywhere. */
export async function holdAll(tx: Transaction, ids: number[]) {
  const these = among(subscriptions.id, ids)
  const owners = tx.select({ id: subscriptions.accountId }).from(subscriptions).where(these)
  const theirs = tx.select({ id: subscriptions.planId }).from(subscriptions).where(these)
  await tx
    .select({ id: accounts.id })
    .from(accounts)
    .where(sql`${accounts.id} in ${owners}`)
    .orderBy(asc(accounts.id))
    .for('share')
  await tx
    .select({ id: plans.id })
    .from(plans)
    .where(sql`${plans.id} in ${theirs}`)
    .orderBy(asc(plans.id))
    .for('share')
  await hold(tx, these)
}
