import { and, asc, eq, notExists, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { accounts } from '../accounts/schema.ts'
import type { Transaction } from '../db/database.ts'
import { among } from '../db/many.ts'
import { plans } from '../plans/schema.ts'
import { settings } from '../settings/schema.ts'
import { subscriptions } from './schema.ts'

/**
 * Forgets those of these subscriptions of which their hosts say that nothing is left; only then may
 * their names be used again (F-19, F-161). An account that is being removed goes with its last one.
 */
export async function deleteGone(tx: Transaction, ids: number[]): Promise<void> {
  const gone = await tx
    .delete(subscriptions)
    .where(
      and(
        among(subscriptions.id, ids),
        subscriptions.removing,
        eq(subscriptions.appliedGeneration, subscriptions.generation),
      ),
    )
    .returning({ accountId: subscriptions.accountId })
  if (gone.length > 0) {
    await deleteEmptied(
      tx,
      gone.map((row) => row.accountId),
    )
  }
}

/** Deletes those of these accounts that are being removed and own nothing; then their providers. */
export async function deleteEmptied(tx: Transaction, ids: number[]): Promise<void> {
  await lockRemoved(tx, among(accounts.id, ids))
  const emptied = await tx
    .select({ id: accounts.id, providerId: accounts.providerId })
    .from(accounts)
    .where(and(among(accounts.id, ids), accounts.removing, ownsNothing(tx)))
  if (emptied.length === 0) return

  const numbers = emptied.map((account) => account.id)
  await tx.delete(plans).where(among(plans.ownerId, numbers))
  await tx.delete(settings).where(among(settings.accountId, numbers))
  await tx.delete(accounts).where(among(accounts.id, numbers))
  await deleteEmptied(
    tx,
    emptied.flatMap((account) => account.providerId ?? []),
  )
}

/** Accounts are locked before their subscriptions everywhere; two last subscriptions may end at once. */
export async function lockOwnersOfRemoved(tx: Transaction, ids: number[]): Promise<void> {
  const owners = sql`select account_id from ${subscriptions} where ${among(subscriptions.id, ids)}`
  await lockRemoved(
    tx,
    sql`(${accounts.id} in (${owners}) or ${accounts.id} in (
      select provider_id from ${accounts} as owner where owner.id in (${owners})))`,
  )
}

async function lockRemoved(tx: Transaction, which: SQL) {
  await tx
    .select({ id: accounts.id })
    .from(accounts)
    .where(and(which, accounts.removing))
    .orderBy(asc(accounts.id))
    .for('update')
}

function ownsNothing(tx: Transaction): SQL {
  const below = alias(accounts, 'below')
  return and(
    notExists(
      tx
        .select({ one: sql`1` })
        .from(subscriptions)
        .where(eq(subscriptions.accountId, accounts.id)),
    ),
    notExists(tx.select({ one: sql`1` }).from(below).where(eq(below.providerId, accounts.id))),
  )!
}
