import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import { notifyAll } from '../accounts/notice.ts'
import { accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { recordAll } from '../audit/record.ts'
import type { Db, Transaction } from '../db/database.ts'
import { among } from '../db/many.ts'
import { bulk } from '../jobs/enqueue.ts'
import { ownReason } from '../subscriptions/reasons.ts'
import { subscriptions, suspensions } from '../subscriptions/schema.ts'
import { settleStanding } from '../subscriptions/standing.ts'
import { type Action, type Former, type Judged, told } from './action.ts'
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
import { undoSuspending } from './suspending-undo.ts'

/** What the customer may read, and whether it is sent by mail too. */
export interface Suspending {
  text: string
  mail?: boolean
}

const customersToo =
  '{count} {count|customer|customers} of resellers among them cannot log in either.'
const subscriptionsToo =
  '{count} {count|subscription is|subscriptions are} taken out of service with them.'
const already = told('It is suspended already.')

/** P-15, P-64 */
export const suspendAccounts: Action<Suspending> = {
  of: 'account',
  lock: lockAccounts,
  judge: async (db, actor, ids) =>
    (await accountCandidates(db, actor, ids)).map((account): Judged => {
      const { id, name, reasons, suspended } = account
      const twice = reasons.includes(ownReason(actor)) ? already : null
      return { id, name, obstacle: accountObstacle(actor, account) ?? twice, state: suspended }
    }),
  effects: async (db, _actor, going) => {
    const [below, count] = await Promise.all([customersBelow(db, going), served(db, going)])
    return [
      ...(below > 0 ? [told(customersToo, { count: below })] : []),
      ...(count > 0 ? [told(subscriptionsToo, { count })] : []),
    ]
  },
  act: (tx, actor, going, options, batchId) =>
    suspend(tx, actor, 'account', going, options, batchId),
  undo: undoSuspending('account'),
}

/** P-45 */
export const suspendSubscriptions: Action<Suspending> = {
  of: 'subscription',
  lock: lockSubscriptions,
  judge: async (db, actor, ids) =>
    (await subscriptionCandidates(db, actor, ids)).map((row): Judged => {
      const twice = row.reasons.includes(ownReason(actor)) ? already : null
      const obstacle = subscriptionObstacle(actor, row) ?? twice
      return { id: row.id, name: row.domain, obstacle, state: row.suspended }
    }),
  act: (tx, actor, going, options, batchId) =>
    suspend(tx, actor, 'subscription', going, options, batchId),
  undo: undoSuspending('subscription'),
}

/** All are held, and none has this reason: who asks for each on conflict pays as much again. */
async function suspend(
  tx: Transaction,
  actor: Actor,
  of: Of,
  ids: number[],
  { text, mail }: Suspending,
  batchId: number,
): Promise<Former> {
  const name = of === 'account' ? sql`account_id` : sql`subscription_id`
  const added = await tx.execute<{ id: string; object: string }>(sql`
    insert into ${suspensions} (${name}, reason, author_name, text)
    select object, ${ownReason(actor)}::suspension_reason, ${actor.loginName}::text, ${text}::text
    from unnest(${`{${ids.join(',')}}`}::bigint[]) as object
    returning id, ${name} as object`)
  await recordAll(
    tx,
    actor,
    await happenings(tx, of, ids, 'suspended', text ? { text: { to: text } } : {}),
  )
  const touched = of === 'account' ? { accountIds: ids } : { subscriptionIds: ids }
  await settleStanding(tx, actor, touched, bulk, batchId)
  const told = of === 'account' && mail ? ids : []
  const mails = await notifyAll(tx, actor, told, 'suspended', { text }, { priority: bulk, batchId })
  const message = new Map(mails.map((one) => [one.accountId, { message: one.messageId }]))
  return new Map(
    added.map(({ id, object }) => [
      Number(object),
      { suspension: Number(id), ...message.get(Number(object)) },
    ]),
  )
}

/** Who is not chosen, but goes with a reseller who is. */
const customersBelow = (db: Db, ids: number[]): Promise<number> =>
  db.$count(
    accounts,
    and(
      among(accounts.providerId, ids),
      sql`not ${among(accounts.id, ids)}`,
      eq(accounts.suspended, false),
      eq(accounts.removing, false),
    ),
  )

/** Of these accounts and all below them. */
async function served(db: Db, ids: number[]): Promise<number> {
  const below = db
    .select({ id: accounts.id })
    .from(accounts)
    .where(sql`${among(accounts.id, ids)} or ${among(accounts.providerId, ids)}`)
  return db.$count(
    subscriptions,
    and(
      inArray(subscriptions.accountId, below),
      eq(subscriptions.suspended, false),
      eq(subscriptions.removing, false),
      isNull(subscriptions.trashedUntil),
    ),
  )
}
