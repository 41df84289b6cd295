import { and, asc, not, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { systemActor } from '../audit/actor.ts'
import type { Database, Transaction } from '../db/database.ts'
import { removeAccounts, takeOff } from './removal.ts'
import { subscriptions } from './schema.ts'

/** What nobody restored in time goes from the hosts and from here; a thousand at a time. */
export async function emptyTrash(db: Database): Promise<number> {
  const actor = systemActor('schedule')
  const owners = await byPortions(db, overdueAccounts, (tx, ids) => removeAccounts(tx, actor, ids))
  const alone = await byPortions(db, overdueSubscriptions, (tx, ids) => takeOff(tx, actor, ids))
  return owners + alone
}

async function byPortions(
  db: Database,
  lock: (tx: Transaction) => Promise<{ id: number }[]>,
  remove: (tx: Transaction, ids: number[]) => Promise<unknown>,
): Promise<number> {
  let all = 0
  for (let some = 1; some > 0; all += some) {
    some = await db.transaction(async (tx) => {
      const rows = await lock(tx)
      if (rows.length > 0) {
        await remove(
          tx,
          rows.map(({ id }) => id),
        )
      }
      return rows.length
    })
  }
  return all
}

const portion = 1000

const overdueAccounts = (tx: Transaction) =>
  tx
    .select({ id: accounts.id })
    .from(accounts)
    .where(sql`${accounts.trashedUntil} <= now()`)
    .orderBy(asc(accounts.id))
    .limit(portion)
    .for('update')

const overdueSubscriptions = (tx: Transaction) =>
  tx
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(and(sql`${subscriptions.trashedUntil} <= now()`, not(subscriptions.removing)))
    .orderBy(asc(subscriptions.id))
    .limit(portion)
    .for('update')
