import { and, eq, inArray, sql } from 'drizzle-orm'
import { notifyAll } from '../accounts/notice.ts'
import { accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { recordAll } from '../audit/record.ts'
import type { Db, Transaction } from '../db/database.ts'
import { among } from '../db/many.ts'
import { bulk } from '../jobs/enqueue.ts'
import { liftable } from '../subscriptions/reasons.ts'
import { type SuspensionReason, subscriptions, suspensions } from '../subscriptions/schema.ts'
import { settleStanding } from '../subscriptions/standing.ts'
import { type Action, type Former, type Judged, type Told, told } from './action.ts'
import { undoActivating } from './activating-undo.ts'
import {
  accountCandidates,
  accountObstacle,
  lockAccounts,
  lockSubscriptions,
  subscriptionCandidates,
  subscriptionObstacle,
} from './candidates.ts'
import { happenings } from './happenings.ts'
import type { Of } from './schema.ts'

/** Whether the customers are told by mail. */
export interface Activating {
  mail?: boolean
}

/** P-18, P-19, R-4: lifts what the actor may lift, and says what stays and why. */
export const activateAccounts: Action<Activating> = {
  of: 'account',
  lock: lockAccounts,
  judge: async (db, actor, ids) => {
    const rows = await accountCandidates(db, actor, ids)
    const under = await suspendedProviders(
      db,
      rows.flatMap(({ providerId }) => providerId ?? []),
    )
    return rows.map((account): Judged => {
      const { id, name, reasons, suspended } = account
      const above = under.has(account.providerId ?? 0) ? [told('Its provider is suspended.')] : []
      const verdict = judged(actor, reasons, suspended, above)
      return { id, name, state: reasons, ...verdict, ...barred(accountObstacle(actor, account)) }
    })
  },
  effects: async (db, _actor, going) => {
    const count = await onTheirOwn(db, going)
    const sentence =
      '{count} {count|subscription stays suspended for a reason of its own|subscriptions stay suspended for reasons of their own}.'
    return count > 0 ? [told(sentence, { count })] : []
  },
  act: (tx, actor, going, options, batchId) =>
    activate(tx, actor, 'account', going, options, batchId),
  undo: undoActivating('account'),
}

export const activateSubscriptions: Action<Activating> = {
  of: 'subscription',
  lock: lockSubscriptions,
  judge: async (db, actor, ids) =>
    (await subscriptionCandidates(db, actor, ids)).map((row): Judged => {
      const above = row.account.suspended ? [told('Its customer is suspended.')] : []
      const verdict = judged(actor, row.reasons, row.suspended, above)
      const obstacle = barred(subscriptionObstacle(actor, row))
      return { id: row.id, name: row.domain, state: row.reasons, ...verdict, ...obstacle }
    }),
  act: (tx, actor, going, options, batchId) =>
    activate(tx, actor, 'subscription', going, options, batchId),
  undo: undoActivating('subscription'),
}

const barred = (obstacle: Told | null) => (obstacle ? { obstacle } : {})

function judged(actor: Actor, reasons: SuspensionReason[], suspended: boolean, above: Told[]) {
  const staying = reasons.filter((reason) => !liftable(actor).includes(reason))
  const why = [...staying.map((reason) => told(stays[reason])), ...above][0]
  const lifts = staying.length < reasons.length
  if (!lifts) return { obstacle: suspended && why ? why : told('It is active already.') }
  return { obstacle: null, ...(why ? { note: why } : {}) }
}

const stays: Record<SuspensionReason, string> = {
  admin: 'It stays suspended: only the administrator can lift this.',
  reseller: 'It stays suspended: only its reseller can lift this.',
  customer: 'It stays suspended: its customer wants it so.',
  provider: 'It stays suspended: only its provider can lift this.',
  expired: 'It stays suspended: it has expired. Renew it.',
  'over limit': 'It stays suspended: it is over its limit.',
}

async function activate(
  tx: Transaction,
  actor: Actor,
  of: Of,
  ids: number[],
  { mail }: Activating,
  batchId: number,
): Promise<Former> {
  const column = of === 'account' ? suspensions.accountId : suspensions.subscriptionId
  const lifted = await tx
    .delete(suspensions)
    .where(and(among(column, ids), inArray(suspensions.reason, liftable(actor))))
    .returning()
  await recordAll(tx, actor, await happenings(tx, of, ids, 'activated'))
  const touched = of === 'account' ? { accountIds: ids } : { subscriptionIds: ids }
  await settleStanding(tx, actor, touched, bulk, batchId)
  const told = of === 'account' && mail ? await activeAmong(tx, ids) : []
  const mails = await notifyAll(tx, actor, told, 'activated', {}, { priority: bulk, batchId })
  const message = new Map(mails.map((one) => [one.accountId, { message: one.messageId }]))
  const own = Map.groupBy(lifted, (row) => (of === 'account' ? row.accountId : row.subscriptionId)!)
  return new Map(
    [...own].map(([id, rows]) => [
      id,
      {
        suspensions: rows.map(({ reason, authorName, text, at }) => ({
          reason,
          authorName,
          text,
          at,
        })),
        ...message.get(id),
      },
    ]),
  )
}

/** One that stays suspended for another reason has nothing to be told yet. */
async function activeAmong(tx: Transaction, ids: number[]): Promise<number[]> {
  const rows = await tx
    .select({ id: accounts.id })
    .from(accounts)
    .where(and(among(accounts.id, ids), eq(accounts.suspended, false)))
  return rows.map(({ id }) => id)
}

async function suspendedProviders(db: Db, ids: number[]): Promise<Set<number>> {
  const rows = await db
    .select({ id: accounts.id })
    .from(accounts)
    .where(and(among(accounts.id, [...new Set(ids)]), accounts.suspended))
  return new Set(rows.map(({ id }) => id))
}

const onTheirOwn = (db: Db, accountIds: number[]) =>
  db.$count(
    subscriptions,
    sql`${among(subscriptions.accountId, accountIds)} and not ${subscriptions.removing} and exists (
      select from ${suspensions} where ${suspensions.subscriptionId} = ${subscriptions.id})`,
  )
