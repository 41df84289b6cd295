import { and, asc, eq, exists, sql } from 'drizzle-orm'
import type { Shortfall, SubscriptionResult } from '../contract/messages.ts'
import type { Database, Transaction } from '../db/database.ts'
import { among } from '../db/many.ts'
import { presentable, presentableSaid } from '../jobs/output.ts'
import { catalogue, type PropertyKey, type Value } from '../plans/catalogue.ts'
import { deleteGone, lockOwnersOfRemoved } from './gone.ts'
import { conflicts, subscriptions } from './schema.ts'

/**
 * What a host made of its documents becomes what we know of it. Answers may come late, twice or out
 * of order: one for an older generation than the host has confirmed since changes nothing.
 *
 * Failed ones are left as they are; their job tells of them.
 */
export async function storeOutcome(db: Database, results: SubscriptionResult[]): Promise<void> {
  const done = results.filter((result) => result.ok)
  if (done.length === 0) return

  await db.transaction(async (tx) => {
    await lock(tx, done)
    const confirmed = new Set(await confirm(tx, done))
    await storeConflicts(
      tx,
      done.filter((result) => confirmed.has(result.id)),
    )
    await deleteGone(tx, [...confirmed])
  })
}

/** In order of their numbers, as every rule does that locks many (F-182). */
async function lock(tx: Transaction, results: SubscriptionResult[]) {
  const removed = results.filter((result) => result.facts === null)
  if (removed.length > 0) await lockOwnersOfRemoved(tx, ids(removed))
  await tx
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(among(subscriptions.id, ids(results)))
    .orderBy(asc(subscriptions.id))
    .for('update')
}

async function confirm(tx: Transaction, results: SubscriptionResult[]): Promise<number[]> {
  const answers = JSON.stringify(results.map(({ id, generation }) => ({ id, generation })))
  const changed = await tx
    .update(subscriptions)
    .set({ appliedGeneration: sql`answers.generation`, appliedAt: sql`now()` })
    .from(sql`jsonb_to_recordset(${answers}::jsonb) as answers (id bigint, generation integer)`)
    .where(
      and(
        eq(subscriptions.id, sql`answers.id`),
        sql`answers.generation between ${subscriptions.appliedGeneration} and ${subscriptions.generation}`,
      ),
    )
    .returning({ id: subscriptions.id })
  return changed.map((row) => row.id)
}

/** P-42, P-51: what the host lacks, property by property, in place of what it lacked before. */
async function storeConflicts(tx: Transaction, results: SubscriptionResult[]) {
  const lacking = results.flatMap(({ id, shortfalls }) =>
    known(shortfalls).map((shortfall) => ({ subscriptionId: id, ...shortfall })),
  )
  await tx.delete(conflicts).where(among(conflicts.subscriptionId, ids(results)))
  if (lacking.length > 0) await tx.insert(conflicts).values(lacking).onConflictDoNothing()

  const some = exists(
    tx
      .select({ one: sql`1` })
      .from(conflicts)
      .where(eq(conflicts.subscriptionId, subscriptions.id)),
  )
  await tx
    .update(subscriptions)
    .set({ unsynced: some })
    .where(
      and(
        among(subscriptions.id, ids(results)),
        sql`${subscriptions.unsynced} is distinct from ${some}`,
      ),
    )
}

/** A host may name properties that this panel does not have. */
function known(shortfalls: Shortfall[]) {
  return shortfalls
    .filter((shortfall) => shortfall.property in catalogue)
    .map(({ property, wanted, available, remedy, said }) => ({
      property,
      wanted: meaning(property as PropertyKey, wanted),
      available: meaning(property as PropertyKey, available),
      remedy: presentable(remedy, 255),
      said: presentableSaid(said),
    }))
}

/** A host speaks in words; what it says is compared with values. */
function meaning(key: PropertyKey, word: string): Value {
  switch (catalogue[key].kind) {
    case 'limit':
      return /^[0-9]{1,15}$/.test(word) ? Number(word) : word
    case 'switch':
      return word === 'on'
    case 'choice':
      return word
    case 'list':
      return word === '' ? [] : word.split(', ')
  }
}

const ids = (results: SubscriptionResult[]) => results.map((result) => result.id)
