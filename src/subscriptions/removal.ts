import { and, count, eq, sql } from 'drizzle-orm'
import { lockAccount, mayManage } from '../accounts/access.ts'
import { type Account, accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Database, Db, Transaction } from '../db/database.ts'
import { among } from '../db/many.ts'
import { Conflict, Forbidden, Invalid } from '../errors.ts'
import type { PropertyKey } from '../plans/catalogue.ts'
import { assertMayProvideFor, lockSubscription } from './access.ts'
import { type Used, used } from './contents.ts'
import { deleteEmptied } from './gone.ts'
import { type Subscription, subscriptions } from './schema.ts'
import { settleStanding } from './standing.ts'
import { changedRow, tellHosts } from './want.ts'

/** What goes with an account; the confirmation names it (P-68, M-33). */
export type Going = Used & { subscriptions: number }

export async function goingWith(db: Db, accountId: number): Promise<Going> {
  const own = db
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(eq(subscriptions.accountId, accountId))
  const [count, contents] = await Promise.all([
    db.$count(own),
    used(db, sql`subscription_id in (${own})`),
  ])
  return { ...contents, subscriptions: count }
}

/** Out of service at once; forgotten when its host says that nothing is left there (`gone.ts`). */
export async function removeSubscription(db: Database, actor: Actor, id: number): Promise<number> {
  return db.transaction(async (tx) => {
    const { subscription, account } = await lockSubscription(tx, actor, id)
    assertMayProvideFor(actor, account)
    await record(tx, actor, removed(subscription))
    const [job] = await takeOff(tx, actor, [id])
    return job!
  })
}

/**
 * P-28, P-68: with all its subscriptions and domains. `expected` is what the confirmation counted: if
 * more has come since, nothing happens.
 */
export async function removeAccount(db: Database, actor: Actor, id: number, expected: Going) {
  await db.transaction(async (tx) => {
    const account = await lockForRemoval(tx, actor, id)
    const going = await goingWith(tx, id)
    if (hasMore(going, expected)) {
      throw new Invalid('', 'This account has got more since you asked. Look again.')
    }

    await record(tx, actor, {
      action: 'account.removed',
      object: { kind: 'account', id, name: account.name },
      accountId: id,
      changes: { subscriptions: { from: going.subscriptions } },
    })
    await tx.update(accounts).set({ removing: true }).where(eq(accounts.id, id))
    await settleStanding(tx, actor, { accountIds: [id] })
    await takeOffAll(tx, actor, id)
    await deleteEmptied(tx, [id])
  })
}

const hasMore = (going: Going, expected: Going) =>
  (Object.keys(going) as PropertyKey[]).some((key) => going[key]! > (expected[key] ?? 0))

async function lockForRemoval(tx: Transaction, actor: Actor, id: number): Promise<Account> {
  const account = await lockAccount(tx, actor, id)
  if (!mayManage(actor, account)) throw new Forbidden('Only the provider can change this.')
  if (account.removing) throw new Conflict('This account is being removed.')
  const customers = await customersOf(tx, id)
  if (customers > 0) {
    throw new Conflict(
      'This reseller still has {count} {count|customer|customers}. Move or remove them first.',
      { count: customers },
    )
  }
  return account
}

/** Those on their way out do not count. */
export async function customersOf(db: Db, id: number): Promise<number> {
  const [row] = await db
    .select({ customers: count() })
    .from(accounts)
    .where(and(eq(accounts.providerId, id), eq(accounts.removing, false)))
  return row!.customers
}

async function takeOffAll(tx: Transaction, actor: Actor, accountId: number) {
  const rows = await tx
    .select()
    .from(subscriptions)
    .where(and(eq(subscriptions.accountId, accountId), eq(subscriptions.removing, false)))
    .orderBy(subscriptions.id)
    .for('update')
  await record(tx, actor, ...rows.map(removed))
  await takeOff(
    tx,
    actor,
    rows.map((row) => row.id),
  )
}

async function takeOff(tx: Transaction, actor: Actor, ids: number[]): Promise<number[]> {
  const leaving = await tx
    .update(subscriptions)
    .set({ removing: true, generation: sql`${subscriptions.generation} + 1` })
    .where(among(subscriptions.id, ids))
    .returning(changedRow)
  return tellHosts(tx, actor, leaving)
}

const removed = ({ id, domain, accountId }: Subscription) => ({
  action: 'subscription.removed',
  object: { kind: 'subscription', id, name: domain },
  accountId,
})
