import { asc, sql } from 'drizzle-orm'
import { stays } from '../accounts/access.ts'
import { accounts } from '../accounts/schema.ts'
import { recordAll } from '../audit/record.ts'
import type { Db } from '../db/database.ts'
import { among } from '../db/many.ts'
import { bulk } from '../jobs/enqueue.ts'
import { lockContracts } from '../plans/contract.ts'
import { holdSubscriptions } from '../subscriptions/access.ts'
import { subscriptions } from '../subscriptions/schema.ts'
import { settleStanding } from '../subscriptions/standing.ts'
import { idsOf } from './acceptance.ts'
import { told, type Undo } from './action.ts'
import { lockPlans } from './converting.ts'
import { formerCounts, formerPlans, obstaclesOf, restoreFormer } from './former-subscriptions.ts'
import { happenings } from './happenings.ts'
import { noDeeper } from './moving-judgement.ts'
import { within } from './room.ts'
import type { BatchItem } from './schema.ts'
import { still } from './still.ts'

/** Back to the provider it came from, with the plans it had there. */
export const undoMoving: Undo = {
  lock: async (tx, items) => {
    const former = items.map(formerOf)
    const ids = [...new Set([...items.map(({ objectId }) => objectId), ...former.flatMap(bothOf)])]
    const rows = await tx
      .select({ id: accounts.id, kind: accounts.kind })
      .from(accounts)
      .where(among(accounts.id, ids))
      .orderBy(asc(accounts.id))
      .for('update')
    await lockPlans(tx, await formerPlans(tx, items))
    await lockContracts(tx, idsOf(rows.filter(({ kind }) => kind === 'reseller')))
    const moved = items.map(({ objectId }) => objectId)
    await holdSubscriptions(tx, among(subscriptions.accountId, moved))
  },
  judge: async (db, actor, items) => {
    const changed = await obstaclesOf(db, items)
    const had = await formerCounts(db, items)
    const own = await countsOf(db, items)
    const providers = await providersOf(db, items)
    return still(db, actor, 'account', items, (item, now) => {
      const { objectId: id } = item
      const { providerId, to } = formerOf(item)
      if ('providerId' in now && now.providerId !== to) return told('It was moved on since.')
      const provider = providers.get(providerId)
      if (!provider) return told('Its former provider is not there any more.')
      // It may have been converted since.
      if (provider === 'reseller' && 'kind' in now && now.kind === 'reseller') return told(noDeeper)
      if ((own.get(id) ?? 0) > (had.get(id) ?? 0)) return told('It has got more since.')
      return changed.get(id) ?? null
    })
  },
  act: async (tx, actor, items, batchId) => {
    const former = items.map((item) => ({ id: item.objectId, ...formerOf(item) }))
    const back = JSON.stringify(
      former.map(({ id, providerId, description }) => ({ id, provider: providerId, description })),
    )
    const sellers = await tx
      .select({ id: accounts.id, kind: accounts.kind })
      .from(accounts)
      .where(among(accounts.id, [...new Set(former.map(({ providerId }) => providerId))]))
    const resellers = idsOf(sellers.filter(({ kind }) => kind === 'reseller'))
    const own = new Map(sellers.map((seller) => [seller.id, seller]))
    const sellerOf = new Map(former.map(({ id, providerId }) => [id, own.get(providerId)]))
    await within(tx, resellers, async () => {
      await restoreFormer(tx, actor, items, batchId, (id) => sellerOf.get(id))
      await tx
        .update(accounts)
        .set({
          providerId: sql`back.provider`,
          description: sql`back.description`,
          version: sql`${accounts.version} + 1`,
        })
        .from(
          sql`jsonb_to_recordset(${back}::jsonb) as back (id bigint, provider bigint, description text)`,
        )
        .where(sql`${accounts.id} = back.id`)
    })
    await settleStanding(tx, actor, { accountIds: idsOf(former) }, bulk, batchId)
    await recordAll(tx, actor, await happenings(tx, 'account', idsOf(former), 'moved_back'))
  },
}

interface FormerAccount {
  providerId: number
  description: string
  to: number
}

const formerOf = ({ former }: BatchItem) => former as FormerAccount

const bothOf = ({ providerId, to }: FormerAccount) => [providerId, to]

async function countsOf(db: Db, items: BatchItem[]): Promise<Map<number, number>> {
  const rows = await db
    .select({ id: subscriptions.accountId, count: sql<number>`count(*)::integer` })
    .from(subscriptions)
    .where(
      sql`not ${subscriptions.removing} and ${among(
        subscriptions.accountId,
        items.map(({ objectId }) => objectId),
      )}`,
    )
    .groupBy(subscriptions.accountId)
  return new Map(rows.map(({ id, count }) => [id, count]))
}

async function providersOf(db: Db, items: BatchItem[]): Promise<Map<number, string>> {
  const ids = [...new Set(items.map((item) => formerOf(item).providerId))]
  const rows = await db.select().from(accounts).where(among(accounts.id, ids))
  const able = rows.filter((row) => row.kind !== 'customer' && stays(row))
  return new Map(able.map(({ id, kind }) => [id, kind]))
}
