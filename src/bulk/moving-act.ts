import { and, eq, not, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
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
import { type Moved, movedWith } from './moving-judgement.ts'
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
  const rows = await tx.select().from(accounts).where(among(accounts.id, ids))
  const customers = rows.filter(({ kind }) => kind === 'customer')
  const { all } = await movedWith(tx, target!, customers, options)
  await keepFormer(tx, batchId, 'account', idsOf(all))

  await within(tx, target!.kind === 'reseller' ? [target!.id] : [], async () => {
    await handOver(tx, ids, target!)
    await handTies(tx, actor, all, batchId)
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

/** One reseller's remarks are not for another to read (P-10). */
const handOver = (tx: Transaction, ids: number[], { id, kind }: { id: number; kind: string }) =>
  tx
    .update(accounts)
    .set({
      providerId: id,
      version: sql`${accounts.version} + 1`,
      ...(kind === 'reseller' ? { description: '' } : {}),
    })
    .where(among(accounts.id, ids))

async function handTies(tx: Transaction, actor: Actor, all: Moved[], batchId: number) {
  const ids = idsOf(all)
  const custom = idsOf(all.filter(({ planId }) => planId === null))
  const planned = all.filter(({ planId }) => planId !== null)
  await tx.delete(subscriptionAddOns).where(among(subscriptionAddOns.subscriptionId, ids))
  await tx.delete(overrides).where(among(overrides.subscriptionId, custom))
  await tx
    .delete(overrides)
    .where(and(among(overrides.subscriptionId, idsOf(planned)), not(overrides.byCustomer)))
  const planOf = new Map(all.map(({ id, planId }) => [id, planId]))
  await retie(tx, actor, among(subscriptions.id, ids), regrouped(planOf), batchId)
}

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
