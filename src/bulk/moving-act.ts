import { and, eq, not, or, sql } from 'drizzle-orm'
import { type Account, accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { recordAll } from '../audit/record.ts'
import type { Transaction } from '../db/database.ts'
import { among } from '../db/many.ts'
import { bulk } from '../jobs/enqueue.ts'
import { retie } from '../subscriptions/retie.ts'
import { overrides, subscriptionAddOns, subscriptions } from '../subscriptions/schema.ts'
import { settleStanding } from '../subscriptions/standing.ts'
import { idsOf } from './acceptance.ts'
import type { Former } from './action.ts'
import { keepFormer, regrouped } from './former-subscriptions.ts'
import { happenings } from './happenings.ts'
import type { Move } from './moving.ts'
import { planOf } from './moving-judgement.ts'
import { within } from './room.ts'

/** All of them are held, and nothing stands in the way. */
export async function move(
  tx: Transaction,
  actor: Actor,
  ids: number[],
  options: Move,
  batchId: number,
): Promise<Former> {
  const [target] = await tx.select().from(accounts).where(eq(accounts.id, options.to!))
  const { id, kind, providerId, description } = accounts
  const rows = await tx
    .select({ id, kind, providerId, description })
    .from(accounts)
    .where(among(id, ids))
  const customers = idsOf(rows.filter(({ kind }) => kind === 'customer'))
  const plans = await plansOf(tx, customers, options)
  await keepFormer(tx, batchId, 'account', [...plans.keys()])

  await within(tx, target!.kind === 'reseller' ? [target!.id] : [], async () => {
    await handTies(tx, actor, plans, target!, batchId)
    await handOver(tx, ids, target!)
  })
  await settleStanding(tx, actor, { accountIds: ids }, bulk, batchId)
  await recordAll(tx, actor, await told(tx, rows, target!))

  return new Map(
    rows.map(({ id, providerId, description }) => [
      id,
      { providerId, description, to: target!.id },
    ]),
  )
}

/** What each of their subscriptions will follow; null: no plan. */
async function plansOf(tx: Transaction, customers: number[], options: Move) {
  const { id, accountId, removing } = subscriptions
  const rows = await tx
    .select({ id, accountId })
    .from(subscriptions)
    .where(and(among(accountId, customers), not(removing)))
  const choice = planOf(options)
  return new Map(rows.map((row) => [row.id, choice(row)]))
}

async function handTies(
  tx: Transaction,
  actor: Actor,
  plans: Map<number, number | null>,
  target: Account,
  batchId: number,
) {
  const ids = [...plans.keys()]
  const custom = ids.filter((id) => plans.get(id) === null)
  const { subscriptionId, byCustomer } = overrides
  await tx.delete(subscriptionAddOns).where(among(subscriptionAddOns.subscriptionId, ids))
  await tx
    .delete(overrides)
    .where(and(among(subscriptionId, ids), or(among(subscriptionId, custom), not(byCustomer))))
  const change = regrouped((id) => ({ planId: plans.get(id) ?? null, seller: target }))
  await retie(tx, actor, among(subscriptions.id, ids), change, batchId)
}

/** One reseller's remarks are not for another to read (P-10). */
const handOver = (tx: Transaction, ids: number[], { id, kind }: Account) =>
  tx
    .update(accounts)
    .set({
      providerId: id,
      version: sql`${accounts.version} + 1`,
      ...(kind === 'reseller' ? { description: '' } : {}),
    })
    .where(among(accounts.id, ids))

async function told(
  tx: Transaction,
  rows: { id: number; providerId: number | null }[],
  target: { name: string },
) {
  const providers = await tx
    .select({ id: accounts.id, name: accounts.name })
    .from(accounts)
    .where(among(accounts.id, [...new Set(rows.flatMap(({ providerId }) => providerId ?? []))]))
  const names = new Map(providers.map(({ id, name }) => [id, name]))
  const before = new Map(rows.map(({ id, providerId }) => [id, names.get(providerId ?? 0)]))
  const entries = await happenings(tx, 'account', idsOf(rows), 'moved')
  return entries.map((entry) => ({
    ...entry,
    changes: { provider: { from: before.get(entry.object.id!), to: target.name } },
  }))
}
